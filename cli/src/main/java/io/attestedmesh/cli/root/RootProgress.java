package io.attestedmesh.cli.root;

import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.document.Progress;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.envelope.DocumentType;
import io.attestedmesh.releases.envelope.EnvelopeSignature;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.root.TrustRoot;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How far a trust root is: by its own keys, and by those of the root before it.
 *
 * @param before empty for version 1, and where the root before was not given
 */
record RootProgress(TrustRoot root, Progress own, Optional<Progress> before) {
    static RootProgress of(SignedEnvelope envelope, TrustRoot root, Optional<TrustRoot> previous)
            throws RejectedReleasesException {
        Optional<Progress> before = previous.isPresent()
                ? Optional.of(Progress.of(
                        envelope, DocumentType.TRUST_ROOT, previous.get().keys()))
                : Optional.empty();
        return new RootProgress(root, Progress.of(envelope, DocumentType.TRUST_ROOT, root.keys()), before);
    }

    private boolean isComplete() {
        return own.isComplete() && before.map(Progress::isComplete).orElse(root.version() == 1);
    }

    void print(Path file, SignedEnvelope envelope, Terminal terminal, boolean json) {
        if (json) {
            Map<String, Object> view = new LinkedHashMap<>();
            view.put("file", file);
            view.put("version", root.version());
            view.put("sha384", envelope.payloadDigest().hex());
            view.put(
                    "keyIds",
                    envelope.signatures().stream().map(EnvelopeSignature::keyId).toList());
            view.put("own", own.view());
            view.put("previous", before.map(Progress::view));
            terminal.json(view);
        } else {
            terminal.print(file.toString());
        }
        terminal.say(words(file));
    }

    /** {@code by its own keys 1 of 2 signatures (alice)}, then what comes next. */
    private String words(Path file) {
        StringBuilder words = new StringBuilder(file + ": by its own keys " + own.words());
        before.ifPresent(old -> words.append(", by those of version ")
                .append(root.version() - 1)
                .append(' ')
                .append(old.words()));
        words.append("; next: ");
        if (isComplete()) {
            return words.append("amesh root verify ").append(file).toString();
        }
        if (own.isComplete() && before.isEmpty()) {
            return words.append("the keys of version ")
                    .append(root.version() - 1)
                    .append(" must sign too: --previous ROOT counts them")
                    .toString();
        }
        return words.append("amesh root sign by others").toString();
    }
}
