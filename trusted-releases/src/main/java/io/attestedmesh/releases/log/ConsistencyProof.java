package io.attestedmesh.releases.log;

import io.attestedmesh.attest.evidence.Bytes;
import java.util.List;

/**
 * That a log's tree extends the tree that it had at an earlier size (RFC 9162, section 2.1.4).
 *
 * @param size of the earlier tree
 * @param hashes at most 64, of 32 bytes
 */
public record ConsistencyProof(long size, List<Bytes> hashes) {
    public ConsistencyProof {
        hashes = List.copyOf(hashes);
        if (size < 0 || size > Checkpoint.MAX_SIZE || !MerkleTree.isProof(hashes)) {
            throw new IllegalArgumentException("no consistency proof from size " + size);
        }
    }

    /** No proof at all: for a witness's first checkpoint of a log, and for one that it has seen. */
    public static ConsistencyProof none(long size) {
        return new ConsistencyProof(size, List.of());
    }
}
