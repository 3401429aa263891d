package io.attestedmesh.releases.audit;

import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.log.LogProof;
import io.attestedmesh.releases.log.NoteKey;
import io.attestedmesh.releases.log.SignedCheckpoint;
import io.attestedmesh.releases.root.LogTrust;
import io.attestedmesh.releases.root.TrustRoot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A state of the log that lies before the auditor.
 *
 * @param where {@code bundle}, or the folder
 * @param entries how many of them are of the audited list; empty if they cannot be read, and for a bundle, which shows one
 * @param time as a client counts it; empty if there is none or it cannot be believed
 * @param witnesses how many that the root names signed, 0 if it cannot be told
 */
public record LogFacts(
        String where, String origin, long size, Optional<Long> entries, Optional<Instant> time, int witnesses) {
    static List<LogFacts> of(Examined examined) {
        Optional<LogTrust> trust = examined.root().flatMap(TrustRoot::log);
        List<LogFacts> facts = new ArrayList<>();
        Optional<LogProof> proof = examined.subject().list().log();
        proof.ifPresent(shown -> facts.add(of("bundle", shown.checkpoint(), Optional.empty(), trust)));
        examined.subject().log().ifPresent(log -> {
            Optional<Long> own = log.entries()
                    .map(entries -> entries.stream()
                            .filter(entry -> entry.list().equals(examined.list().name()))
                            .count());
            facts.add(of(OneLine.of(log.folder()), log.checkpoint(), own, trust));
        });
        return facts;
    }

    private static LogFacts of(
            String where, SignedCheckpoint checkpoint, Optional<Long> entries, Optional<LogTrust> trust) {
        return new LogFacts(
                where,
                OneLine.of(checkpoint.checkpoint().origin()),
                checkpoint.checkpoint().size(),
                entries,
                trust.flatMap(log -> time(log, checkpoint)),
                trust.stream()
                        .flatMap(log -> log.witnesses().stream())
                        .mapToInt(witness -> signed(checkpoint, witness))
                        .sum());
    }

    private static Optional<Instant> time(LogTrust trust, SignedCheckpoint checkpoint) {
        try {
            checkpoint.requireSignedBy(trust.origin(), trust.keys());
            return CheckpointChecks.time(trust, checkpoint);
        } catch (RejectedReleasesException e) {
            return Optional.empty();
        }
    }

    private static int signed(SignedCheckpoint checkpoint, NoteKey witness) {
        try {
            return checkpoint.cosignatures(List.of(witness)).size();
        } catch (RejectedReleasesException e) {
            return 0;
        }
    }
}
