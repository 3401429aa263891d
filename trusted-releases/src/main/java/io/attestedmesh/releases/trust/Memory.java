package io.attestedmesh.releases.trust;

import io.attestedmesh.releases.log.LogProof;
import java.util.Optional;

/**
 * What a client has seen and will not unsee.
 *
 * @param checkpoint the last one of the log, of whichever log it was
 */
record Memory(RootHistory roots, Optional<Accepted> accepted, Optional<SeenCheckpoint> checkpoint) {
    /** Of a client that has seen nothing but what it was given. */
    static Memory of(Requirements requirements) {
        return new Memory(RootHistory.from(requirements.anchor()), Optional.empty(), Optional.empty());
    }

    Memory withRoots(RootHistory newer) {
        return new Memory(newer, accepted, checkpoint);
    }

    /** After {@code list} was verified against this memory. */
    Memory after(RootHistory newer, VerifiedList list) {
        Optional<SeenCheckpoint> seen = list.checkpoint().or(() -> checkpoint);
        return new Memory(newer, Optional.of(list.accepted()), seen);
    }

    ReleaseState state() {
        boolean inBundle = checkpoint
                .map(SeenCheckpoint::note)
                .equals(accepted.flatMap(Accepted::log).map(LogProof::checkpoint));
        return new ReleaseState(
                roots.envelopes(),
                accepted.map(Accepted::bundle),
                inBundle ? Optional.empty() : checkpoint.map(SeenCheckpoint::note));
    }
}
