package io.attestedmesh.releases.trust;

import io.attestedmesh.releases.log.Checkpoint;
import io.attestedmesh.releases.log.SignedCheckpoint;
import java.time.Instant;
import java.util.Optional;

/**
 * A checkpoint of the log that the trust root names, by one of the log's keys.
 *
 * @param note as it was signed, with the lines that were verified alone
 * @param time when enough witnesses had signed it, or the log itself where there are none; empty if it bears no time
 */
public record SeenCheckpoint(SignedCheckpoint note, Optional<Instant> time) {
    public Checkpoint checkpoint() {
        return note.checkpoint();
    }

    /** Whether it says more than {@code other}: it is of another log, or of a later size, or later of the same size. */
    boolean isFresherThan(SeenCheckpoint other) {
        if (!checkpoint().origin().equals(other.checkpoint().origin())) {
            return true;
        }
        if (checkpoint().size() != other.checkpoint().size()) {
            return checkpoint().size() > other.checkpoint().size();
        }
        return time.orElse(Instant.MIN).isAfter(other.time.orElse(Instant.MIN));
    }
}
