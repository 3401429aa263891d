package io.attestedmesh.attest.ed25519;

import io.attestedmesh.attest.ed25519.Curve.Point;
import io.attestedmesh.attest.evidence.Bytes;
import java.math.BigInteger;

/** Who knows a private key and signs as no honest signer does. */
final class Forger {
    final BigInteger scalar;
    final Point point;

    Forger(Bytes seed) {
        BigInteger half = Curve.number(Curve.sha512(seed).slice(0, 32));
        this.scalar = half.clearBit(0).clearBit(1).clearBit(2).clearBit(255).setBit(254);
        this.point = Curve.BASE.times(scalar);
    }

    Bytes key() {
        return point.encoded();
    }

    /** S for which SB = rB + kA, k being that of {@code encodedR} and the key as {@code encodedKey}. */
    BigInteger s(BigInteger r, Bytes encodedR, Bytes encodedKey, Bytes message) {
        return r.add(k(encodedR, encodedKey, message).multiply(scalar)).mod(Curve.L);
    }

    /** A signature with R = rB + {@code added}. */
    Bytes sign(BigInteger r, Point added, Bytes message) {
        return sign(r, Curve.BASE.times(r).plus(added).encoded(), message);
    }

    /** A signature whose S fits r, whatever R says. */
    Bytes sign(BigInteger r, Bytes encodedR, Bytes message) {
        return Bytes.concat(encodedR, Curve.littleEndian(s(r, encodedR, key(), message)));
    }

    /** RFC 8032, section 5.1.7, without cofactor and by comparing R's bytes; R = (0, 1) refused. */
    boolean verifies(Bytes message, Bytes signature) {
        Bytes encodedR = signature.slice(0, 32);
        BigInteger s = Curve.number(signature.slice(32, 64));
        BigInteger minusK = k(encodedR, key(), message).negate().mod(Curve.L);
        Point expected = Curve.BASE.times(s).plus(point.times(minusK));
        return s.compareTo(Curve.L) < 0
                && !expected.equals(Curve.NEUTRAL)
                && expected.encoded().equals(encodedR);
    }

    private static BigInteger k(Bytes encodedR, Bytes encodedKey, Bytes message) {
        return Curve.number(Curve.sha512(encodedR, encodedKey, message)).mod(Curve.L);
    }
}
