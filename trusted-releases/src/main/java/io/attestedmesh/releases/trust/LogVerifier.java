package io.attestedmesh.releases.trust;

import static io.attestedmesh.releases.ReleasesReason.CHECKPOINT_STALE;
import static io.attestedmesh.releases.ReleasesReason.INCLUSION_MISSING;

import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.log.LogEntry;
import io.attestedmesh.releases.log.LogProof;
import io.attestedmesh.releases.log.SignedCheckpoint;
import io.attestedmesh.releases.root.LogTrust;
import io.attestedmesh.releases.root.TrustRoot;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Step 9: the list is in the log that the trust root names, and the log still says what it said before. */
final class LogVerifier {
    private final Requirements requirements;

    LogVerifier(Requirements requirements) {
        this.requirements = requirements;
    }

    /**
     * Looks for the list in the log.
     *
     * @param seen the checkpoint to be consistent with; one of another log is passed over: a root rotation began a new
     *     log
     * @return empty if the list was not looked for in a log, which is allowed only where inclusion is not required
     */
    Optional<SeenCheckpoint> verify(
            TrustRoot root, ReleaseList list, Bundle bundle, Optional<SeenCheckpoint> seen, Instant at)
            throws RejectedReleasesException {
        if (root.log().isEmpty() || bundle.log().isEmpty()) {
            refuseIfRequired(root);
            return Optional.empty();
        }
        LogTrust log = root.log().get();
        LogProof shown = bundle.log().get();

        // 9a: the log itself signed, and nothing beside it is forged
        shown.checkpoint().requireSignedBy(log.origin(), log.keys());
        shown.checkpoint().signedAt(log.keys());
        shown.checkpoint().cosignatures(log.witnesses());

        // 9b: this list is in it
        shown.requireIncludes(
                new LogEntry(list.name(), list.version(), bundle.list().payloadDigest()));

        // 9c: nothing of what was in it has changed
        if (seen.isPresent() && seen.get().checkpoint().origin().equals(log.origin())) {
            shown.requireExtends(seen.get().checkpoint());
        }

        // 9d: others saw the same
        Optional<Instant> time = timeOf(shown.checkpoint(), log);

        // 9e: and lately
        if (requirements.maxCheckpointAge().isPresent()) {
            requireFresh(time, requirements.maxCheckpointAge().get(), at);
        }
        // What was passed over may name a key that a later root knows, and would then spoil what is remembered.
        return Optional.of(new SeenCheckpoint(shown.checkpoint().by(log.known()), time));
    }

    private void refuseIfRequired(TrustRoot root) throws RejectedReleasesException {
        if (requirements.inclusionIsRequired()) {
            throw new RejectedReleasesException(
                    INCLUSION_MISSING,
                    "a proof that the list is in the log",
                    root.log().isEmpty() ? "a trust root that names no log" : "a bundle without one");
        }
    }

    /** When the checkpoint stood: by its witnesses' word where the trust root names some, else by the log's own. */
    private static Optional<Instant> timeOf(SignedCheckpoint checkpoint, LogTrust log)
            throws RejectedReleasesException {
        return log.witnessThreshold() > 0
                ? Optional.of(checkpoint.witnessedAt(log.witnesses(), log.witnessThreshold()))
                : checkpoint.signedAt(log.keys());
    }

    private void requireFresh(Optional<Instant> time, Duration maxAge, Instant at) throws RejectedReleasesException {
        String expected = "a checkpoint signed at most " + maxAge + " before " + at;
        if (time.isEmpty()) {
            throw new RejectedReleasesException(CHECKPOINT_STALE, expected, "one that bears no time");
        }
        // One from the future would stay fresh for as long as its signer likes.
        if (time.get().isBefore(at.minus(maxAge)) || time.get().isAfter(at.plus(requirements.clockSkew()))) {
            throw new RejectedReleasesException(CHECKPOINT_STALE, expected, "one signed at " + time.get());
        }
    }

    /** That {@code note}, from a state file, is of the log {@code log}; its witnesses were counted when it was accepted. */
    static SeenCheckpoint remembered(SignedCheckpoint note, LogTrust log) throws RejectedReleasesException {
        note.requireSignedBy(log.origin(), log.keys());
        boolean witnessed =
                log.witnessThreshold() > 0 && note.cosignatures(log.witnesses()).size() >= log.witnessThreshold();
        return new SeenCheckpoint(
                note, log.witnessThreshold() == 0 || witnessed ? timeOf(note, log) : Optional.empty());
    }
}
