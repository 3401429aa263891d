package io.attestedmesh.releases.log;

import io.attestedmesh.attest.evidence.Bytes;
import java.util.ArrayList;
import java.util.List;

/**
 * Root hashes and proofs out of the hashes of complete subtrees, by the definitions of RFC 9162, sections 2.1.1, 2.1.3.1
 * and 2.1.4.1. Whoever calls has checked sizes and indexes.
 */
final class TreeProofs<E extends Exception> {
    private final SubtreeHashes<E> hashes;

    TreeProofs(SubtreeHashes<E> hashes) {
        this.hashes = hashes;
    }

    /** MTH(D[0:size]). */
    Bytes root(long size) throws E {
        return size == 0 ? MerkleTree.EMPTY_ROOT : range(0, size);
    }

    /** PATH(index, D[0:size]). */
    List<Bytes> inclusion(long index, long size) throws E {
        List<Bytes> path = new ArrayList<>();
        path(index, 0, size, path);
        return path;
    }

    private void path(long index, long from, long to, List<Bytes> path) throws E {
        if (to - from == 1) {
            return;
        }
        long middle = from + split(to - from);
        if (index < middle) {
            path(index, from, middle, path);
            path.add(range(middle, to));
        } else {
            path(index, middle, to, path);
            path.add(range(from, middle));
        }
    }

    /** PROOF(from, D[0:to]); nothing where either tree is empty or both are the same. */
    List<Bytes> consistency(long from, long to) throws E {
        List<Bytes> proof = new ArrayList<>();
        if (from > 0 && from < to) {
            subproof(from, 0, to, true, proof);
        }
        return proof;
    }

    /** SUBPROOF(size, D[from:to], known); {@code size} is counted from {@code from}. */
    private void subproof(long size, long from, long to, boolean known, List<Bytes> proof) throws E {
        if (size == to - from) {
            if (!known) {
                proof.add(range(from, to));
            }
            return;
        }
        long half = split(to - from);
        if (size <= half) {
            subproof(size, from, from + half, known, proof);
            proof.add(range(from + half, to));
        } else {
            subproof(size - half, from + half, to, false, proof);
            proof.add(range(from, from + half));
        }
    }

    /** MTH(D[from:to]); the definitions ask only for ranges that begin at a multiple of their first subtree's size. */
    private Bytes range(long from, long to) throws E {
        long size = to - from;
        if (Long.bitCount(size) == 1) {
            int level = Long.numberOfTrailingZeros(size);
            return hashes.at(level, from >> level);
        }
        long middle = from + split(size);
        return MerkleTree.hashChildren(range(from, middle), range(middle, to));
    }

    /** The largest power of two smaller than {@code size}, which is at least 2. */
    private static long split(long size) {
        return Long.highestOneBit(size - 1);
    }
}
