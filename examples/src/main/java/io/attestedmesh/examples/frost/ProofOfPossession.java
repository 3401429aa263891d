package io.attestedmesh.examples.frost;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.examples.ed25519.Point;
import io.attestedmesh.examples.ed25519.Scalar;
import java.security.SecureRandom;

/**
 * A Schnorr proof that a dealer knows the secret behind its public point, steps 2 and 5 of round 1 in figure 1 of the
 * FROST paper (Komlo and Goldberg, 2020). Without it the last dealer could choose the key of the group.
 */
record ProofOfPossession(Point commitment, Scalar response) {
    /** The {@code statement} is what the proof is for: parameters, dealer and all that it publishes. */
    static ProofOfPossession of(Scalar secret, Bytes statement, SecureRandom random) {
        Scalar nonce = Scalar.random(random);
        Point commitment = Point.ofSecret(nonce);
        Scalar challenge = challenge(statement, commitment);
        return new ProofOfPossession(commitment, nonce.plus(secret.times(challenge)));
    }

    boolean proves(Point publicPoint, Bytes statement) {
        Point claimed = Point.ofSecret(response).minus(publicPoint.times(challenge(statement, commitment)));
        return claimed.equals(commitment);
    }

    private static Scalar challenge(Bytes statement, Point commitment) {
        return Ciphersuite.proofChallenge(Bytes.concat(statement, commitment.encode()));
    }
}
