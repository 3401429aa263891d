package io.attestedmesh.releases.log;

import static io.attestedmesh.releases.ReleasesReason.INCLUSION_INVALID;
import static io.attestedmesh.releases.ReleasesReason.LOG_FORK;
import static io.attestedmesh.releases.log.Logs.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Over trees of every shape: a proof verifies, and not any more once one bit of anything differs. */
class MerkleTreePropertiesTest {
    private static final List<Bytes> LEAVES = Logs.leaves(700);

    @Property
    void inclusion_ofAnyEntry_verifiesAndIsShort(
            @ForAll @IntRange(min = 1, max = 700) int size, @ForAll @IntRange(max = 699) int at) throws Exception {
        int index = at % size;
        List<Bytes> proof = MerkleTree.inclusionProof(LEAVES.subList(0, size), index);

        MerkleTree.verifyInclusion(LEAVES.get(index), index, size, proof, root(size));
        assertThat(proof).hasSizeLessThanOrEqualTo(10);
    }

    @Property
    void inclusion_oneBitChangedAnywhere_isInvalid(
            @ForAll @IntRange(min = 1, max = 700) int size,
            @ForAll @IntRange(max = 699) int at,
            @ForAll @IntRange(max = 11) int part,
            @ForAll @IntRange(max = 255) int bit) {
        int index = at % size;
        List<Bytes> hashes = new ArrayList<>(MerkleTree.inclusionProof(LEAVES.subList(0, size), index));
        hashes.add(LEAVES.get(index));
        hashes.add(root(size));
        int changed = part % hashes.size();
        hashes.set(changed, flipped(hashes.get(changed), bit));
        int proved = hashes.size() - 2;

        assertRejected(
                INCLUSION_INVALID,
                () -> MerkleTree.verifyInclusion(
                        hashes.get(proved), index, size, hashes.subList(0, proved), hashes.get(proved + 1)));
    }

    @Property
    void consistency_ofAnyTwoSizes_verifies(
            @ForAll @IntRange(max = 700) int one, @ForAll @IntRange(max = 700) int other) throws Exception {
        int from = Math.min(one, other);
        int to = Math.max(one, other);

        MerkleTree.verifyConsistency(
                from, root(from), to, root(to), MerkleTree.consistencyProof(LEAVES.subList(0, to), from));
    }

    @Property
    void consistency_oneBitChangedAnywhere_isAFork(
            @ForAll @IntRange(min = 1, max = 700) int one,
            @ForAll @IntRange(min = 1, max = 700) int other,
            @ForAll @IntRange(max = 12) int part,
            @ForAll @IntRange(max = 255) int bit) {
        int from = Math.min(one, other);
        int to = Math.max(one, other);
        List<Bytes> hashes = new ArrayList<>(MerkleTree.consistencyProof(LEAVES.subList(0, to), from));
        hashes.add(root(from));
        hashes.add(root(to));
        int changed = part % hashes.size();
        hashes.set(changed, flipped(hashes.get(changed), bit));
        int proved = hashes.size() - 2;

        assertRejected(
                LOG_FORK,
                () -> MerkleTree.verifyConsistency(
                        from, hashes.get(proved), to, hashes.get(proved + 1), hashes.subList(0, proved)));
    }

    /** A log that changed one entry of its past cannot show that it did not. */
    @Property
    void consistency_ofATreeWithAnotherPast_isAFork(
            @ForAll @IntRange(min = 1, max = 300) int from,
            @ForAll @IntRange(min = 1, max = 300) int more,
            @ForAll @IntRange(max = 299) int at) {
        int to = from + more;
        List<Bytes> rewritten = new ArrayList<>(LEAVES.subList(0, to));
        rewritten.set(at % from, MerkleTree.hashLeaf(Bytes.of((byte) 1, (byte) 2, (byte) 3)));

        assertRejected(
                LOG_FORK,
                () -> MerkleTree.verifyConsistency(
                        from,
                        root(from),
                        to,
                        MerkleTree.rootOf(rewritten),
                        MerkleTree.consistencyProof(rewritten, from)));
    }

    @Property
    void inclusion_proofForAnotherSize_isInvalid(
            @ForAll @IntRange(min = 1, max = 700) int size, @ForAll @IntRange(min = 1, max = 700) int claimed) {
        int index = size - 1;
        List<Bytes> proof = MerkleTree.inclusionProof(LEAVES.subList(0, size), index);
        Assume.that(claimed < size);

        assertRejected(
                INCLUSION_INVALID,
                () -> MerkleTree.verifyInclusion(LEAVES.get(index), index, claimed, proof, root(size)));
    }

    private static Bytes root(int size) {
        return MerkleTree.rootOf(LEAVES.subList(0, size));
    }

    private static Bytes flipped(Bytes hash, int bit) {
        byte[] changed = hash.toByteArray();
        changed[bit / 8] ^= (byte) (1 << (bit % 8));
        return Bytes.of(changed);
    }
}
