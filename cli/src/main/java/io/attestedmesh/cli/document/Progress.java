package io.attestedmesh.cli.document;

import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.envelope.DocumentType;
import io.attestedmesh.releases.envelope.KeySet;
import io.attestedmesh.releases.envelope.NamedKey;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How far an envelope is on its way to the threshold of one set of keys.
 *
 * @param signers whose valid signatures it has
 */
public record Progress(KeySet keys, List<NamedKey> signers) {
    public Progress {
        signers = List.copyOf(signers);
    }

    /** A signature by one of {@code keys} that is not right is refused, as clients refuse it. */
    public static Progress of(SignedEnvelope envelope, DocumentType type, KeySet keys)
            throws RejectedReleasesException {
        return new Progress(keys, envelope.signers(type, keys));
    }

    public boolean isComplete() {
        return missing() == 0;
    }

    /** How many more are needed. */
    public int missing() {
        return Math.max(0, keys.threshold() - signers.size());
    }

    /** {@code 1 of 2 signatures (alice)}. */
    public String words() {
        String who = signers.isEmpty()
                ? ""
                : signers.stream().map(NamedKey::name).collect(Collectors.joining(", ", " (", ")"));
        return signers.size() + " of " + Times.counted(keys.threshold(), "signature") + who;
    }

    /** Names of those who have not signed. */
    public String others() {
        return keys.keys().stream()
                .filter(key -> !signers.contains(key))
                .map(NamedKey::name)
                .collect(Collectors.joining(", "));
    }

    public Map<String, Object> view() {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("signers", signers.stream().map(NamedKey::name).toList());
        view.put("threshold", keys.threshold());
        view.put("keys", keys.keys().size());
        view.put("complete", isComplete());
        return view;
    }
}
