package io.attestedmesh.examples.frost;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.examples.ed25519.Point;
import io.attestedmesh.examples.ed25519.Scalar;
import io.attestedmesh.examples.message.MessageKind;
import io.attestedmesh.examples.message.MessageReader;
import io.attestedmesh.examples.message.MessageWriter;
import io.attestedmesh.examples.message.PartyFaultException;
import io.attestedmesh.examples.shamir.Polynomial;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * What a dealer publishes in round 1: its coefficients times B, the key that its shares are signed with, and a proof over
 * all of it.
 */
record DealerCommitment(List<Point> coefficients, Point signingKey, ProofOfPossession proof) {
    DealerCommitment {
        coefficients = List.copyOf(coefficients);
    }

    static DealerCommitment of(
            DkgParameters parameters, int dealer, Polynomial polynomial, Point signingKey, SecureRandom random) {
        List<Point> points =
                polynomial.coefficients().stream().map(Point::ofSecret).toList();
        Bytes statement = statement(parameters, dealer, points, signingKey);
        Scalar secret = polynomial.coefficients().get(0);
        return new DealerCommitment(points, signingKey, ProofOfPossession.of(secret, statement, random));
    }

    static DealerCommitment read(DkgParameters parameters, MessageReader reader) throws PartyFaultException {
        List<Point> points = new ArrayList<>(parameters.minSigners());
        for (int i = 0; i < parameters.minSigners(); i++) {
            points.add(reader.point());
        }
        Point signingKey = reader.point();
        ProofOfPossession proof = new ProofOfPossession(reader.point(), reader.scalar());
        reader.end();
        return new DealerCommitment(points, signingKey, proof);
    }

    byte[] encode() {
        MessageWriter writer = new MessageWriter(MessageKind.DKG_COMMITMENT);
        coefficients.forEach(writer::point);
        return writer.point(signingKey)
                .point(proof.commitment())
                .scalar(proof.response())
                .toByteArray();
    }

    void check(DkgParameters parameters, int dealer) throws PartyFaultException {
        if (!proof.proves(coefficients.get(0), statement(parameters, dealer, coefficients, signingKey))) {
            throw new PartyFaultException(
                    FrostReason.PROOF_OF_POSSESSION, dealer, "R = mu B - c phi_0", "another point");
        }
    }

    private static Bytes statement(DkgParameters parameters, int dealer, List<Point> points, Point signingKey) {
        Bytes coefficients = Bytes.concat(points.stream().map(Point::encode).toArray(Bytes[]::new));
        return Bytes.concat(parameters.encode(), Bytes.of((byte) dealer), coefficients, signingKey.encode());
    }

    /** Whether this is the receiver's value of the polynomial that the dealer committed to. */
    boolean fits(int receiver, Scalar share) {
        return Point.ofSecret(share).equals(at(coefficients, receiver));
    }

    /** The committed polynomial's value times B. */
    static Point at(List<Point> coefficients, int id) {
        Scalar x = Scalar.of(id);
        Point sum = Point.IDENTITY;
        for (int i = coefficients.size() - 1; i >= 0; i--) {
            sum = sum.times(x).plus(coefficients.get(i));
        }
        return sum;
    }
}
