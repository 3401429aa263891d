package io.attestedmesh.examples.frost;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.examples.ed25519.Point;
import io.attestedmesh.examples.ed25519.Scalar;
import io.attestedmesh.examples.shamir.Interpolation;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What all signers of one message agree on after round one, and what follows from it (RFC 9591 sections 4.3 to 4.6). */
final class SigningPackage {
    private final Point groupPublicKey;
    private final Bytes message;
    private final SortedMap<Integer, NonceCommitment> commitments;
    private final SortedMap<Integer, Scalar> bindingFactors = new TreeMap<>();
    private final Bytes groupCommitment;
    private final Scalar challenge;

    SigningPackage(Point groupPublicKey, Bytes message, Map<Integer, NonceCommitment> commitments) {
        this.groupPublicKey = groupPublicKey;
        this.message = message;
        this.commitments = Collections.unmodifiableSortedMap(new TreeMap<>(commitments));
        Point sum = Point.IDENTITY;
        Bytes prefix = bindingFactorPrefix();
        for (int id : this.commitments.keySet()) {
            bindingFactors.put(id, Ciphersuite.bindingFactor(bindingFactorInput(prefix, id)));
            sum = sum.plus(commitment(id));
        }
        this.groupCommitment = sum.encode();
        this.challenge = Ciphersuite.challenge(groupCommitment, groupPublicKey.encode(), message);
    }

    /** Section 4.4. */
    Bytes bindingFactorInput(int id) {
        return bindingFactorInput(bindingFactorPrefix(), id);
    }

    private static Bytes bindingFactorInput(Bytes prefix, int id) {
        return Bytes.concat(prefix, Scalar.of(id).encode());
    }

    private Bytes bindingFactorPrefix() {
        Bytes list = Bytes.concat(commitments.entrySet().stream()
                .map(entry -> Bytes.concat(
                        Scalar.of(entry.getKey()).encode(),
                        entry.getValue().hiding().encode(),
                        entry.getValue().binding().encode()))
                .toArray(Bytes[]::new));
        return Bytes.concat(
                groupPublicKey.encode(), Ciphersuite.messageHash(message), Ciphersuite.commitmentsHash(list));
    }

    Scalar bindingFactor(int id) {
        return bindingFactors.get(id);
    }

    /** Section 5.2; uses the nonces up. */
    Scalar sign(int id, Scalar secretShare, SigningNonces nonces) {
        if (!nonces.commitment().equals(commitments.get(id))) {
            throw new IllegalArgumentException("party " + id + " did not commit to these nonces");
        }
        SigningNonces.Pair pair = nonces.take();
        return pair.hiding()
                .plus(pair.binding().times(bindingFactor(id)))
                .plus(weightedChallenge(id).times(secretShare));
    }

    /** Section 5.4: whether a share is what the signer's commitments and its share of the public key say. */
    boolean fits(int id, Scalar signatureShare, Point verificationShare) {
        Point expected = commitment(id).plus(verificationShare.times(weightedChallenge(id)));
        return Point.ofSecret(signatureShare).equals(expected);
    }

    /** Section 5.3: R and the sum of the shares, which is a signature of RFC 8032. */
    Bytes aggregate(Iterable<Scalar> signatureShares) {
        Scalar sum = Scalar.ZERO;
        for (Scalar share : signatureShares) {
            sum = sum.plus(share);
        }
        return Bytes.concat(groupCommitment, sum.encode());
    }

    private Point commitment(int id) {
        NonceCommitment commitment = commitments.get(id);
        return commitment.hiding().plus(commitment.binding().times(bindingFactor(id)));
    }

    private Scalar weightedChallenge(int id) {
        return challenge.times(Interpolation.weight(commitments.keySet(), id));
    }
}
