package io.attestedmesh.releases.audit;

import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.log.SignedCheckpoint;
import io.attestedmesh.releases.root.LogTrust;
import io.attestedmesh.releases.root.TrustRoot;
import io.attestedmesh.releases.trust.Requirements;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The checkpoints of bundle and log: by whom and when. */
final class CheckpointChecks implements Check {
    /** Age at which a checkpoint no longer shows much. */
    private static final Duration OLD = Duration.ofDays(30);

    @Override
    public void look(Examined examined, Findings findings) {
        Optional<LogTrust> trust = examined.root().flatMap(TrustRoot::log);
        if (trust.isEmpty()) {
            return;
        }
        examined.subject()
                .list()
                .log()
                .ifPresent(proof -> look(examined, trust.get(), "the bundle's", proof.checkpoint(), findings));
        examined.subject().log().ifPresent(log -> look(examined, trust.get(), "the log's", log.checkpoint(), findings));
    }

    private static void look(
            Examined examined, LogTrust trust, String whose, SignedCheckpoint checkpoint, Findings findings) {
        String subject = whose + " checkpoint";
        try {
            checkpoint.requireSignedBy(trust.origin(), trust.keys());
        } catch (RejectedReleasesException e) {
            findings.add(FindingId.CHECKPOINT_NOT_SIGNED, subject, e.getMessage());
            return;
        }
        try {
            Optional<Instant> time = time(trust, checkpoint);
            if (time.isEmpty()) {
                findings.add(FindingId.CHECKPOINT_OLD, subject, "bears no time");
            } else if (time.get().isAfter(examined.at().plus(Requirements.DEFAULT_CLOCK_SKEW))) {
                findings.add(FindingId.CHECKPOINT_IN_FUTURE, subject, "signed at " + examined.moment(time.get()));
            } else if (examined.isOlderThan(OLD, time.get())) {
                findings.add(FindingId.CHECKPOINT_OLD, subject, "signed at " + examined.moment(time.get()));
            }
        } catch (RejectedReleasesException e) {
            findings.add(FindingId.CHECKPOINT_NOT_WITNESSED, subject, e.getMessage());
        }
    }

    /** As a client counts it: by the witnesses where the root asks for some, else by the log itself. */
    static Optional<Instant> time(LogTrust trust, SignedCheckpoint checkpoint) throws RejectedReleasesException {
        return trust.witnessThreshold() > 0
                ? Optional.of(checkpoint.witnessedAt(trust.witnesses(), trust.witnessThreshold()))
                : checkpoint.signedAt(trust.keys());
    }
}
