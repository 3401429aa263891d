package io.attestedmesh.releases.log;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.ReleasesReason;
import java.util.List;

/** The Merkle tree of RFC 9162, section 2.1, with SHA-256: hashes, proofs, and the verification of proofs. */
public final class MerkleTree {
    /** The root hash of the tree without leaves: SHA-256 of nothing. */
    public static final Bytes EMPTY_ROOT = Sha256.of();

    /** No proof in a tree of 2^63 leaves is longer. */
    public static final int MAX_PROOF = 64;

    private static final Bytes LEAF = Bytes.of((byte) 0);
    private static final Bytes NODE = Bytes.of((byte) 1);

    private MerkleTree() {}

    public static Bytes hashLeaf(Bytes entry) {
        return Sha256.of(LEAF, entry);
    }

    static boolean isProof(List<Bytes> hashes) {
        return hashes.size() <= MAX_PROOF && hashes.stream().allMatch(hash -> hash.size() == Sha256.SIZE);
    }

    static Bytes hashChildren(Bytes left, Bytes right) {
        return Sha256.of(NODE, left, right);
    }

    /** Of leaf hashes, in order. */
    public static Bytes rootOf(List<Bytes> leafHashes) {
        return proofs(leafHashes).root(leafHashes.size());
    }

    /** That leaf {@code index} is in the tree of all {@code leafHashes} (section 2.1.3.1). */
    public static List<Bytes> inclusionProof(List<Bytes> leafHashes, int index) {
        return proofs(leafHashes).inclusion(index, leafHashes.size());
    }

    /** That the tree of all {@code leafHashes} extends the tree of the first {@code size} (section 2.1.4.1). */
    public static List<Bytes> consistencyProof(List<Bytes> leafHashes, int size) {
        return proofs(leafHashes).consistency(size, leafHashes.size());
    }

    private static TreeProofs<RuntimeException> proofs(List<Bytes> leafHashes) {
        return new TreeProofs<>(new LeafHashes(leafHashes));
    }

    /** Section 2.1.3.2; a proof that does not lead to {@code root} is INCLUSION_INVALID. */
    public static void verifyInclusion(Bytes leafHash, long index, long size, List<Bytes> proof, Bytes root)
            throws RejectedReleasesException {
        requireInclusion(index >= 0 && index < size, "an entry before " + size, "entry " + index);
        long fn = index;
        long sn = size - 1;
        Bytes hash = leafHash;
        for (Bytes p : proof) {
            requireInclusion(sn != 0, "a shorter proof", proof.size() + " hashes");
            if ((fn & 1) == 1 || fn == sn) {
                hash = hashChildren(p, hash);
                while ((fn & 1) == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                hash = hashChildren(hash, p);
            }
            fn >>= 1;
            sn >>= 1;
        }
        requireInclusion(sn == 0, "a longer proof", proof.size() + " hashes");
        requireInclusion(hash.equals(root), "root hash " + root.hex(), hash.hex());
    }

    /** Section 2.1.4.2; a proof that does not lead from one root hash to the other is LOG_FORK. */
    public static void verifyConsistency(long first, Bytes firstRoot, long second, Bytes secondRoot, List<Bytes> proof)
            throws RejectedReleasesException {
        requireConsistency(first >= 0 && first <= second, "a tree of at least " + first, "one of " + second);
        if (first == 0 || first == second) {
            // The empty tree is the beginning of every tree, and a tree is its own: neither leaves anything to show.
            requireConsistency(proof.isEmpty(), "no hashes", proof.size() + " hashes");
            Bytes expected = first == 0 ? EMPTY_ROOT : secondRoot;
            requireConsistency(firstRoot.equals(expected), "root hash " + expected.hex(), firstRoot.hex());
            return;
        }
        requireConsistency(!proof.isEmpty(), "a proof", "none");
        boolean wholeSubtree = Long.bitCount(first) == 1;
        long fn = first - 1;
        long sn = second - 1;
        int shift = Long.numberOfTrailingZeros(~fn);
        fn >>= shift;
        sn >>= shift;
        Bytes fr = wholeSubtree ? firstRoot : proof.get(0);
        Bytes sr = fr;
        for (Bytes c : proof.subList(wholeSubtree ? 0 : 1, proof.size())) {
            requireConsistency(sn != 0, "a shorter proof", proof.size() + " hashes");
            if ((fn & 1) == 1 || fn == sn) {
                fr = hashChildren(c, fr);
                sr = hashChildren(c, sr);
                while ((fn & 1) == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                sr = hashChildren(sr, c);
            }
            fn >>= 1;
            sn >>= 1;
        }
        requireConsistency(sn == 0, "a longer proof", proof.size() + " hashes");
        requireConsistency(fr.equals(firstRoot), "root hash " + firstRoot.hex(), fr.hex());
        requireConsistency(sr.equals(secondRoot), "root hash " + secondRoot.hex(), sr.hex());
    }

    private static void requireInclusion(boolean held, String expected, String actual)
            throws RejectedReleasesException {
        require(held, ReleasesReason.INCLUSION_INVALID, expected, actual);
    }

    private static void requireConsistency(boolean held, String expected, String actual)
            throws RejectedReleasesException {
        require(held, ReleasesReason.LOG_FORK, expected, actual);
    }

    private static void require(boolean held, ReleasesReason reason, String expected, String actual)
            throws RejectedReleasesException {
        if (!held) {
            throw new RejectedReleasesException(reason, expected, actual);
        }
    }

    /** Subtrees of leaves that are all at hand. */
    private record LeafHashes(List<Bytes> leaves) implements SubtreeHashes<RuntimeException> {
        @Override
        public Bytes at(int level, long index) {
            if (level == 0) {
                return leaves.get(Math.toIntExact(index));
            }
            return hashChildren(at(level - 1, 2 * index), at(level - 1, 2 * index + 1));
        }
    }
}
