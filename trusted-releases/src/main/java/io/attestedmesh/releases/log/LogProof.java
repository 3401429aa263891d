package io.attestedmesh.releases.log;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.ReleasesReason;
import java.util.List;

/**
 * What a bundle carries to show that its list is in the log.
 *
 * @param checkpoint the state of the log that the proofs lead to
 * @param index of the list's entry
 * @param inclusion at most 64 hashes of 32 bytes
 * @param consistency from earlier sizes, smaller ones first, at most 1024
 */
public record LogProof(
        SignedCheckpoint checkpoint, long index, List<Bytes> inclusion, List<ConsistencyProof> consistency) {
    public static final int MAX_CONSISTENCY = 1024;

    public LogProof {
        inclusion = List.copyOf(inclusion);
        consistency = List.copyOf(consistency);
        if (index < 0 || index >= Checkpoint.MAX_SIZE || !MerkleTree.isProof(inclusion)) {
            throw new IllegalArgumentException("no inclusion proof of entry " + index);
        }
        if (consistency.size() > MAX_CONSISTENCY || !isAscending(consistency)) {
            throw new IllegalArgumentException("more than 1024 consistency proofs, or not by ascending size");
        }
    }

    private static boolean isAscending(List<ConsistencyProof> proofs) {
        for (int i = 1; i < proofs.size(); i++) {
            if (proofs.get(i).size() <= proofs.get(i - 1).size()) {
                return false;
            }
        }
        return true;
    }

    /** That {@code entry} is in the log; says nothing about who signed the checkpoint. */
    public void requireIncludes(LogEntry entry) throws RejectedReleasesException {
        Checkpoint tree = checkpoint.checkpoint();
        MerkleTree.verifyInclusion(entry.leafHash(), index, tree.size(), inclusion, tree.rootHash());
    }

    /**
     * That the log only grew since {@code seen}.
     *
     * @throws RejectedReleasesException for WRONG_LOG, LOG_ROLLBACK, CONSISTENCY_MISSING or LOG_FORK
     */
    public void requireExtends(Checkpoint seen) throws RejectedReleasesException {
        Checkpoint tree = checkpoint.checkpoint();
        List<Bytes> proof = List.of();
        if (seen.size() > 0 && seen.size() < tree.size()) {
            proof = consistency.stream()
                    .filter(known -> known.size() == seen.size())
                    .findFirst()
                    .orElseThrow(() -> new RejectedReleasesException(
                            ReleasesReason.CONSISTENCY_MISSING,
                            "a proof from size " + seen.size() + " to " + tree.size(),
                            "proofs from " + consistency.size() + " other sizes"))
                    .hashes();
        }
        tree.requireExtends(seen, proof);
    }
}
