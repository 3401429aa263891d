package io.attestedmesh.examples.ed25519;

import io.attestedmesh.attest.evidence.Bytes;
import java.math.BigInteger;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECCurve;
import org.bouncycastle.math.ec.ECFieldElement;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/**
 * An element of the subgroup of order L of edwards25519; sums may be the neutral element, which has no encoding here.
 *
 * <p>It is held as a point (u + A/3, v) of the birationally equivalent short Weierstrass curve, where y = (u - 1)/(u + 1)
 * and x = c·u/v with c² = -(A + 2), A = 486662 (RFC 7748 section 4.1).
 */
public final class Point {
    /** Bytes of an encoding, RFC 8032 section 5.1.2. */
    public static final int SIZE = 32;

    private static final X9ECParameters PARAMETERS = CustomNamedCurves.getByName("curve25519");
    private static final ECCurve CURVE = PARAMETERS.getCurve();
    private static final BigInteger P = CURVE.getField().getCharacteristic();
    private static final ECFieldElement ONE = CURVE.fromBigInteger(BigInteger.ONE);
    private static final ECFieldElement A_OVER_3 =
            CURVE.fromBigInteger(BigInteger.valueOf(486662)).divide(CURVE.fromBigInteger(BigInteger.valueOf(3)));
    /** The odd root: with it Bouncy Castle's base point and that of RFC 8032 are the same point. */
    private static final ECFieldElement C = CURVE.fromBigInteger(
            new BigInteger("70d9120b9f5ff9442d84f723fc03b0813a5e2c2eb482e57d3391fb5500ba81e7", 16));

    /** The neutral element, where sums begin. */
    public static final Point IDENTITY = new Point(CURVE.getInfinity());

    /** RFC 8032's B. */
    public static final Point BASE = new Point(PARAMETERS.getG());

    private final ECPoint point;

    private Point(ECPoint point) {
        this.point = point;
    }

    /** The secret times B. */
    public static Point ofSecret(Scalar secret) {
        return new Point(new FixedPointCombMultiplier().multiply(PARAMETERS.getG(), secret.value()));
    }

    /** Refuses what is not the one encoding of an element other than the neutral one. */
    public static Point decode(Bytes encoding) throws InvalidEncodingException {
        if (encoding.size() != SIZE) {
            throw new InvalidEncodingException(
                    EncodingReason.ENCODING_LENGTH, SIZE + " bytes of a point", encoding.size() + " bytes");
        }
        BigInteger signAndY = LittleEndian.read(encoding);
        BigInteger y = signAndY.clearBit(255);
        if (y.compareTo(P) >= 0) {
            throw new InvalidEncodingException(EncodingReason.NOT_CANONICAL, "y below p", "y of p or more");
        }
        if (y.equals(BigInteger.ONE)) {
            throw new InvalidEncodingException(EncodingReason.IDENTITY, "another point than (0, 1)", "(0, 1)");
        }
        return new Point(decompress(CURVE.fromBigInteger(y), signAndY.testBit(255)));
    }

    private static ECPoint decompress(ECFieldElement y, boolean oddX) throws InvalidEncodingException {
        ECFieldElement u = ONE.add(y).divide(ONE.subtract(y));
        ECFieldElement xw = u.add(A_OVER_3);
        ECFieldElement v =
                xw.square().add(CURVE.getA()).multiply(xw).add(CURVE.getB()).sqrt();
        if (v == null) {
            throw new InvalidEncodingException(
                    EncodingReason.NOT_ON_CURVE, "the y of a point of the curve", "the y of none");
        }
        ECPoint point = CURVE.createPoint(xw.toBigInteger(), v.toBigInteger());
        if (v.isZero() || !point.isValid()) {
            throw new InvalidEncodingException(
                    EncodingReason.NOT_IN_SUBGROUP, "a point of order L", "a point of another order");
        }
        return C.multiply(u).divide(v).testBitZero() == oddX ? point : point.negate();
    }

    /** An {@link IllegalStateException} for the neutral element. */
    public Bytes encode() {
        if (isIdentity()) {
            throw new IllegalStateException("the neutral element is never sent (RFC 9591 section 6.1)");
        }
        ECPoint affine = point.normalize();
        ECFieldElement u = affine.getAffineXCoord().subtract(A_OVER_3);
        ECFieldElement v = affine.getAffineYCoord();
        BigInteger y = u.subtract(ONE).divide(u.add(ONE)).toBigInteger();
        boolean oddX = C.multiply(u).divide(v).testBitZero();
        return LittleEndian.write(oddX ? y.setBit(255) : y);
    }

    public Point plus(Point other) {
        return new Point(point.add(other.point));
    }

    public Point minus(Point other) {
        return new Point(point.subtract(other.point));
    }

    /** For public scalars: the time depends on the scalar. */
    public Point times(Scalar open) {
        return new Point(point.multiply(open.value()));
    }

    public boolean isIdentity() {
        return point.isInfinity();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Point that && point.equals(that.point);
    }

    @Override
    public int hashCode() {
        return point.hashCode();
    }

    @Override
    public String toString() {
        return isIdentity() ? "identity" : encode().toString();
    }
}
