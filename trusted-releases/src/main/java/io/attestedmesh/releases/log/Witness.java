package io.attestedmesh.releases.log;

import io.attestedmesh.attest.file.AtomicFile;
import io.attestedmesh.attest.file.LockFile;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.ReleasesReason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * Signs a log's checkpoint after making sure that it extends the largest one that it has signed before, so that nobody
 * can be shown another history without this witness's help (what C2SP tlog-witness asks of one).
 *
 * <p>What it has signed is kept in a file, written before a signature is given out. Whoever deletes the file makes the
 * witness forget: that is why a missing one is an error and {@link #create} a decision.
 */
public final class Witness {
    private final Path state;
    private final NoteSigner signer;
    private final Clock clock;

    private Witness(Path state, NoteSigner signer, Clock clock) {
        this.state = state;
        this.signer = signer;
        this.clock = clock;
    }

    /** A witness that has seen nothing yet; a state file that is there stays as it is and is an error. */
    public static Witness create(Path state, NoteSigner signer, Clock clock) throws IOException {
        AtomicFile.create(state, WitnessState.EMPTY.encode(), AtomicFile.Access.OWNER);
        return new Witness(state, signer, clock);
    }

    public static Witness open(Path state, NoteSigner signer, Clock clock)
            throws IOException, MalformedReleasesException {
        WitnessState.read(state);
        return new Witness(state, signer, clock);
    }

    /** What verifies its signatures. */
    public NoteKey key() {
        return signer.cosigningKey();
    }

    /** The largest checkpoint of a log that this witness signed. */
    public Optional<Checkpoint> lastSeen(String origin) throws IOException, MalformedReleasesException {
        return WitnessState.read(state).of(origin);
    }

    /**
     * Signs, or says why not.
     *
     * @param origin the log, by configuration
     * @param logKeys its keys, by configuration
     * @param checkpoint as offered
     * @param proof from {@link #lastSeen}'s size, {@link ConsistencyProof#none} of 0 for a log not seen before
     * @return the line that the checkpoint gains
     * @throws RejectedReleasesException for WRONG_LOG, CHECKPOINT_UNSIGNED, SIGNATURE_INVALID, LOG_ROLLBACK,
     *     CONSISTENCY_MISSING (the proof begins elsewhere) or LOG_FORK
     */
    public NoteSignature cosign(
            String origin, List<NoteKey> logKeys, SignedCheckpoint checkpoint, ConsistencyProof proof)
            throws RejectedReleasesException, MalformedReleasesException, IOException {
        checkpoint.requireSignedBy(origin, logKeys);
        Checkpoint offered = checkpoint.checkpoint();
        // From reading what was seen to writing what was signed: or another one could go back behind it.
        try (LockFile lock = LockFile.take(state.resolveSibling(state.getFileName() + ".lock"))) {
            WitnessState known = WitnessState.read(state);
            Checkpoint seen = known.of(origin).orElseGet(() -> new Checkpoint(origin, 0, MerkleTree.EMPTY_ROOT));
            if (offered.size() >= seen.size() && proof.size() != seen.size()) {
                throw new RejectedReleasesException(
                        ReleasesReason.CONSISTENCY_MISSING,
                        "a proof from size " + seen.size(),
                        "one from size " + proof.size());
            }
            offered.requireExtends(seen, proof.hashes());
            return record(lock, known, offered);
        }
    }

    private NoteSignature record(LockFile held, WitnessState known, Checkpoint accepted) throws IOException {
        held.requireHeld();
        AtomicFile.deleteDrafts(state);
        AtomicFile.write(state, known.with(accepted).encode(), AtomicFile.Access.OWNER);
        return signer.cosign(accepted, clock.instant());
    }
}
