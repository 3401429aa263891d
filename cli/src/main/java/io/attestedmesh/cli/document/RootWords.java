package io.attestedmesh.cli.document;

import io.attestedmesh.releases.envelope.EnvelopeSignature;
import io.attestedmesh.releases.envelope.NamedKey;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.log.NoteKey;
import io.attestedmesh.releases.root.LogTrust;
import io.attestedmesh.releases.root.TrustRoot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A trust root in words and as JSON, nothing of it verified. */
public final class RootWords {
    private RootWords() {}

    /** {@code trust root 2 of acme-kms}. */
    public static String title(TrustRoot root) {
        return "trust root " + root.version() + " of " + root.list();
    }

    /** Everything in it, and who claims to have signed. */
    public static List<String> of(TrustRoot root, SignedEnvelope envelope, Instant now) {
        List<String> lines = new ArrayList<>();
        lines.add("trust root of " + root.list() + ", version " + root.version());
        lines.add("  issued      " + root.issuedAt() + " (" + Times.relative(root.issuedAt(), now) + ")");
        lines.add("  expires     " + root.expiresAt() + " (" + Times.relative(root.expiresAt(), now) + ")");
        lines.add("  payload     SHA-384 " + envelope.payloadDigest().hex());
        lines.add("  threshold   " + root.keys().threshold() + " of "
                + Times.counted(root.keys().keys().size(), "key"));
        for (NamedKey key : root.keys().keys()) {
            lines.add("  key         " + key.name() + ", " + key.algorithm().joseName() + ", " + key.keyId());
        }
        lines.add("  lists from  version " + root.minimumListVersion() + " on");
        root.log().ifPresent(log -> lines.addAll(log(log)));
        lines.addAll(signatures(envelope));
        return lines;
    }

    /** What of a root is not as it was in the one before. */
    public static List<String> changes(TrustRoot before, TrustRoot now) {
        List<String> lines = new ArrayList<>();
        for (NamedKey key : now.keys().keys()) {
            if (before.keys().byId(key.keyId()).isEmpty()) {
                lines.add(key.name() + " signs from now on, with " + key.keyId());
            }
        }
        for (NamedKey key : before.keys().keys()) {
            if (now.keys().byId(key.keyId()).isEmpty()) {
                lines.add(key.name() + " signs no longer, with " + key.keyId());
            }
        }
        addChange(lines, "threshold", before.keys().threshold(), now.keys().threshold());
        addChange(lines, "lowest list version", before.minimumListVersion(), now.minimumListVersion());
        addChange(lines, "expires", before.expiresAt(), now.expiresAt());
        addChange(lines, "log", words(before.log()), words(now.log()));
        return lines;
    }

    private static void addChange(List<String> lines, String what, Object before, Object now) {
        if (!before.equals(now)) {
            lines.add(what + " " + before + " became " + now);
        }
    }

    private static String words(Optional<LogTrust> log) {
        return log.map(named -> named.origin() + " with "
                        + named.keys().stream().map(NoteKey::vkey).collect(Collectors.joining(", ")) + ", "
                        + named.witnessThreshold() + " of "
                        + Times.counted(named.witnesses().size(), "witness key") + " "
                        + named.witnesses().stream().map(NoteKey::vkey).collect(Collectors.joining(", ")))
                .map(String::strip)
                .orElse("none");
    }

    private static List<String> log(LogTrust log) {
        List<String> lines = new ArrayList<>();
        lines.add("  log         " + log.origin());
        log.keys().forEach(key -> lines.add("  log key     " + key.vkey()));
        log.witnesses().forEach(key -> lines.add("  witness     " + key.vkey()));
        if (!log.witnesses().isEmpty()) {
            lines.add("  witnesses   " + log.witnessThreshold() + " of "
                    + log.witnesses().size() + " needed");
        }
        return lines;
    }

    /** One line for each signature that an envelope claims. */
    public static List<String> signatures(SignedEnvelope envelope) {
        if (envelope.signatures().isEmpty()) {
            return List.of("  signatures  none: a draft");
        }
        return envelope.signatures().stream()
                .map(each -> "  signature   " + each.algorithm() + " by key " + each.keyId() + ", not verified")
                .toList();
    }

    public static Map<String, Object> view(TrustRoot root, SignedEnvelope envelope) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("type", "trust root");
        view.put("list", root.list());
        view.put("version", root.version());
        view.put("issuedAt", root.issuedAt());
        view.put("expiresAt", root.expiresAt());
        view.put("sha384", envelope.payloadDigest().hex());
        view.put("threshold", root.keys().threshold());
        view.put("keys", root.keys().keys().stream().map(RootWords::view).toList());
        view.put("minimumListVersion", root.minimumListVersion());
        view.put("log", root.log().map(RootWords::view));
        view.put("signatures", signatureViews(envelope));
        return view;
    }

    private static Map<String, Object> view(NamedKey key) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("name", key.name());
        view.put("algorithm", key.algorithm().joseName());
        view.put("keyId", key.keyId());
        return view;
    }

    private static Map<String, Object> view(LogTrust log) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("origin", log.origin());
        view.put("keys", log.keys().stream().map(NoteKey::vkey).toList());
        view.put("witnesses", log.witnesses().stream().map(NoteKey::vkey).toList());
        view.put("witnessThreshold", log.witnessThreshold());
        return view;
    }

    /** What an envelope claims. */
    public static List<Map<String, Object>> signatureViews(SignedEnvelope envelope) {
        return envelope.signatures().stream().map(RootWords::view).toList();
    }

    private static Map<String, Object> view(EnvelopeSignature signature) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("keyId", signature.keyId());
        view.put("algorithm", signature.algorithm());
        view.put("type", signature.type());
        return view;
    }
}
