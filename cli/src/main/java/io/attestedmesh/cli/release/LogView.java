package io.attestedmesh.cli.release;

import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.log.LogProof;
import io.attestedmesh.releases.root.LogTrust;
import io.attestedmesh.releases.root.TrustRoot;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What a bundle shows of its log, for people and for scripts. */
final class LogView {
    private LogView() {}

    static Map<String, Object> of(Optional<LogProof> shown, TrustRoot root) throws RejectedReleasesException {
        Map<String, Object> log = new LinkedHashMap<>();
        if (shown.isPresent()) {
            LogProof proof = shown.get();
            log.put("origin", proof.checkpoint().checkpoint().origin());
            log.put("index", proof.index());
            log.put("size", proof.checkpoint().checkpoint().size());
            log.put("checkpointTime", time(proof, root));
        }
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("log", log.isEmpty() ? null : log);
        return view;
    }

    /** Begins with a comma; says so if there is no log. */
    static String words(Optional<LogProof> shown, TrustRoot root) throws RejectedReleasesException {
        if (shown.isEmpty()) {
            return ", in no log";
        }
        LogProof proof = shown.get();
        return ", entry " + proof.index() + " of the "
                + proof.checkpoint().checkpoint().size() + " in "
                + proof.checkpoint().checkpoint().origin()
                + time(proof, root).map(at -> ", checkpoint of " + at).orElse("");
    }

    private static Optional<Instant> time(LogProof proof, TrustRoot root) throws RejectedReleasesException {
        Optional<LogTrust> log = root.log();
        if (log.isEmpty()) {
            return Optional.empty();
        }
        return log.get().witnessThreshold() > 0
                ? Optional.of(proof.checkpoint()
                        .witnessedAt(log.get().witnesses(), log.get().witnessThreshold()))
                : proof.checkpoint().signedAt(log.get().keys());
    }
}
