package io.attestedmesh.releases.log;

import static io.attestedmesh.releases.ReleasesReason.INCLUSION_INVALID;
import static io.attestedmesh.releases.ReleasesReason.LOG_FORK;
import static io.attestedmesh.releases.log.Logs.assertRejected;
import static io.attestedmesh.releases.log.Logs.leaves;
import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.RejectedReleasesException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Known answers are those of the eight leaves that Certificate Transparency's projects test with. */
class MerkleTreeTest {
    private static final int SIZES = 64;

    private static final List<Bytes> KNOWN = Stream.of(
                    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
            .map(Bytes::fromHex)
            .map(MerkleTree::hashLeaf)
            .toList();

    @ParameterizedTest
    @CsvSource({
        "0, e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "1, 6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "2, fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "3, aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "4, d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "5, 4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "6, 76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "7, ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "8, 5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    })
    void rootOf_knownLeaves_isTheKnownRoot(int size, String root) {
        assertThat(MerkleTree.rootOf(KNOWN.subList(0, size)).hex()).isEqualTo(root);
    }

    /** Indexes from 0, hashes joined. */
    @ParameterizedTest
    @CsvSource({
        "0, 1, ''",
        "0, 8, 96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
                + "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
                + "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        "5, 8, bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
                + "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
                + "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "2, 3, fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "1, 5, 6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
                + "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
                + "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    })
    void inclusionProof_knownLeaves_isTheKnownProof(int index, int size, String proof) {
        assertThat(joined(MerkleTree.inclusionProof(KNOWN.subList(0, size), index)))
                .isEqualTo(proof);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, ''",
        "1, 8, 96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
                + "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
                + "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        "6, 8, 0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
                + "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
                + "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "2, 5, 5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
                + "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    })
    void consistencyProof_knownLeaves_isTheKnownProof(int from, int to, String proof) {
        assertThat(joined(MerkleTree.consistencyProof(KNOWN.subList(0, to), from)))
                .isEqualTo(proof);
    }

    /** The definitions of RFC 9162 word for word, over slices of leaves. */
    private static Bytes naiveRoot(List<Bytes> leaves) {
        if (leaves.size() == 1) {
            return leaves.get(0);
        }
        int k = 1;
        while (2 * k < leaves.size()) {
            k *= 2;
        }
        return MerkleTree.hashChildren(naiveRoot(leaves.subList(0, k)), naiveRoot(leaves.subList(k, leaves.size())));
    }

    @Test
    void rootOf_everySizeUpTo64_isThatOfTheDefinition() {
        for (int size = 1; size <= SIZES; size++) {
            assertThat(MerkleTree.rootOf(leaves(size))).isEqualTo(naiveRoot(leaves(size)));
        }
    }

    @Test
    void verifyInclusion_everyEntryOfEverySizeUpTo64_acceptsItsOwnProofAlone() throws Exception {
        List<Bytes> all = leaves(SIZES);
        for (int size = 1; size <= SIZES; size++) {
            List<Bytes> leaves = all.subList(0, size);
            Bytes root = naiveRoot(leaves);
            for (int index = 0; index < size; index++) {
                List<Bytes> proof = MerkleTree.inclusionProof(leaves, index);
                MerkleTree.verifyInclusion(leaves.get(index), index, size, proof, root);
                for (int other = 0; other < SIZES; other++) {
                    if (other != index) {
                        assertThat(includes(all.get(index), other, size, proof, root))
                                .as("entry %d shown at %d of %d", index, other, size)
                                .isFalse();
                        assertThat(includes(all.get(other), index, size, proof, root))
                                .as("entry %d shown at %d of %d", other, index, size)
                                .isFalse();
                    }
                }
            }
        }
    }

    @Test
    void verifyConsistency_everyPairOfSizesUpTo64_acceptsItsOwnProofAlone() throws Exception {
        List<Bytes> all = leaves(SIZES);
        List<Bytes> roots = new ArrayList<>(List.of(MerkleTree.EMPTY_ROOT));
        for (int size = 1; size <= SIZES; size++) {
            roots.add(naiveRoot(all.subList(0, size)));
        }
        for (int to = 0; to <= SIZES; to++) {
            for (int from = 0; from <= to; from++) {
                List<Bytes> proof = MerkleTree.consistencyProof(all.subList(0, to), from);
                MerkleTree.verifyConsistency(from, roots.get(from), to, roots.get(to), proof);
                for (int other = 0; other <= SIZES; other++) {
                    assertThat(other != from && isExtended(from, roots.get(other), to, roots.get(to), proof))
                            .as("root of %d as that of %d, to %d", other, from, to)
                            .isFalse();
                    assertThat(other != to
                                    && from > 0
                                    && isExtended(from, roots.get(from), to, roots.get(other), proof))
                            .as("root of %d as that of %d, from %d", other, to, from)
                            .isFalse();
                }
            }
        }
    }

    static List<List<Bytes>> damagedInclusions() {
        List<Bytes> proof = MerkleTree.inclusionProof(KNOWN, 5);
        List<Bytes> longer = new ArrayList<>(proof);
        longer.add(KNOWN.get(0));
        return List.of(
                List.of(),
                proof.subList(0, 2),
                proof.subList(1, 3),
                longer,
                List.of(proof.get(1), proof.get(0), proof.get(2)),
                List.of(proof.get(0), proof.get(0), proof.get(2)));
    }

    @ParameterizedTest
    @MethodSource("damagedInclusions")
    void verifyInclusion_proofCutLongerOrReordered_isInvalid(List<Bytes> proof) {
        assertRejected(
                INCLUSION_INVALID,
                () -> MerkleTree.verifyInclusion(KNOWN.get(5), 5, 8, proof, MerkleTree.rootOf(KNOWN)));
    }

    @ParameterizedTest
    @CsvSource({"8, 8", "-1, 8", "0, 0", "5, -8", "9223372036854775807, 8", "4611686018427387909, 8"})
    void verifyInclusion_entryOutsideOfTheTree_isInvalid(long index, long size) {
        List<Bytes> proof = MerkleTree.inclusionProof(KNOWN, 5);

        assertRejected(
                INCLUSION_INVALID,
                () -> MerkleTree.verifyInclusion(KNOWN.get(5), index, size, proof, MerkleTree.rootOf(KNOWN)));
    }

    /** A node's hash is no leaf's: what stands inside the tree cannot be shown as an entry. */
    @Test
    void verifyInclusion_innerNodeAsEntry_isInvalid() {
        Bytes left = MerkleTree.rootOf(KNOWN.subList(0, 4));
        Bytes right = MerkleTree.rootOf(KNOWN.subList(4, 8));
        Bytes forged = MerkleTree.hashLeaf(Bytes.concat(left, right));

        assertRejected(
                INCLUSION_INVALID, () -> MerkleTree.verifyInclusion(forged, 0, 1, List.of(), MerkleTree.rootOf(KNOWN)));
    }

    static List<List<Bytes>> damagedConsistencies() {
        List<Bytes> proof = MerkleTree.consistencyProof(KNOWN, 6);
        List<Bytes> longer = new ArrayList<>(proof);
        longer.add(KNOWN.get(0));
        return List.of(
                List.of(),
                proof.subList(0, 2),
                proof.subList(1, 3),
                longer,
                List.of(proof.get(0), proof.get(2), proof.get(1)),
                List.of(proof.get(1), proof.get(1), proof.get(2)));
    }

    @ParameterizedTest
    @MethodSource("damagedConsistencies")
    void verifyConsistency_proofCutLongerOrReordered_isAFork(List<Bytes> proof) {
        Bytes before = MerkleTree.rootOf(KNOWN.subList(0, 6));

        assertRejected(LOG_FORK, () -> MerkleTree.verifyConsistency(6, before, 8, MerkleTree.rootOf(KNOWN), proof));
    }

    @Test
    void verifyConsistency_smallerSecondTree_isAFork() {
        Bytes before = MerkleTree.rootOf(KNOWN);
        Bytes after = MerkleTree.rootOf(KNOWN.subList(0, 6));
        List<Bytes> proof = MerkleTree.consistencyProof(KNOWN, 6);

        assertRejected(LOG_FORK, () -> MerkleTree.verifyConsistency(8, before, 6, after, proof));
        assertRejected(LOG_FORK, () -> MerkleTree.verifyConsistency(-1, before, 6, after, proof));
    }

    @Test
    void verifyConsistency_oneSizeAndTwoRoots_isAFork() {
        Bytes other = MerkleTree.rootOf(leaves(8));

        assertRejected(LOG_FORK, () -> MerkleTree.verifyConsistency(8, other, 8, MerkleTree.rootOf(KNOWN), List.of()));
    }

    @Test
    void verifyConsistency_hashesWhereNothingIsToShow_isAFork() {
        Bytes root = MerkleTree.rootOf(KNOWN);
        List<Bytes> more = List.of(root);

        assertRejected(LOG_FORK, () -> MerkleTree.verifyConsistency(8, root, 8, root, more));
        assertRejected(LOG_FORK, () -> MerkleTree.verifyConsistency(0, MerkleTree.EMPTY_ROOT, 8, root, more));
    }

    @Test
    void verifyConsistency_emptyTreeWithARoot_isAFork() {
        Bytes root = MerkleTree.rootOf(KNOWN);

        assertRejected(LOG_FORK, () -> MerkleTree.verifyConsistency(0, root, 8, root, List.of()));
    }

    private static boolean includes(Bytes leaf, int index, int size, List<Bytes> proof, Bytes root) {
        try {
            MerkleTree.verifyInclusion(leaf, index, size, proof, root);
            return true;
        } catch (RejectedReleasesException e) {
            return false;
        }
    }

    private static boolean isExtended(int from, Bytes before, int to, Bytes after, List<Bytes> proof) {
        try {
            MerkleTree.verifyConsistency(from, before, to, after, proof);
            return true;
        } catch (RejectedReleasesException e) {
            return false;
        }
    }

    private static String joined(List<Bytes> hashes) {
        return Bytes.concat(hashes.toArray(Bytes[]::new)).hex();
    }

    private static final Bytes LEAF_0 = MerkleTree.hashLeaf(Bytes.of((byte) '0'));
    private static final Bytes LEAF_1 = MerkleTree.hashLeaf(Bytes.of((byte) '1'));
    private static final Bytes ROOT_OF_2 = MerkleTree.rootOf(List.of(LEAF_0, LEAF_1));

    @Test
    void inclusionProof_longerThanTheTree_isInvalid() {
        assertRejected(INCLUSION_INVALID, () -> MerkleTree.verifyInclusion(LEAF_1, 0, 1, List.of(LEAF_0), ROOT_OF_2));
    }

    @Test
    void consistencyProof_shorterThanTheTree_isAFork() {
        assertRejected(LOG_FORK, () -> MerkleTree.verifyConsistency(1, LEAF_0, 4, ROOT_OF_2, List.of(LEAF_1)));
    }

    /** A proof from 3 to 4, and a hash more that both roots were made to fit. */
    @Test
    void consistencyProof_longerThanTheTree_isAFork() {
        List<Bytes> leaves = List.of(LEAF_0, LEAF_1, MerkleTree.hashLeaf(LEAF_0), MerkleTree.hashLeaf(LEAF_1));
        List<Bytes> proof = new ArrayList<>(MerkleTree.consistencyProof(leaves, 3));
        Bytes extra = MerkleTree.hashLeaf(Bytes.EMPTY);
        proof.add(extra);
        Bytes first = MerkleTree.rootOf(List.of(extra, MerkleTree.rootOf(leaves.subList(0, 3))));
        Bytes second = MerkleTree.rootOf(List.of(extra, MerkleTree.rootOf(leaves)));
        assertRejected(LOG_FORK, () -> MerkleTree.verifyConsistency(3, first, 4, second, proof));
    }

    @Test
    void consistency_fromALargerTree_isAFork() {
        assertRejected(LOG_FORK, () -> MerkleTree.verifyConsistency(2, ROOT_OF_2, 1, ROOT_OF_2, List.of()));
        assertRejected(LOG_FORK, () -> MerkleTree.verifyConsistency(2, ROOT_OF_2, 1, ROOT_OF_2, List.of(LEAF_1)));
    }
}
