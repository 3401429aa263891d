package io.attestedmesh.examples.ed25519;

import io.attestedmesh.attest.evidence.Bytes;
import java.math.BigInteger;
import java.security.SecureRandom;

/** An element of the prime field of order L = 2^252 + 27742317777372353535851937790883648493. */
public final class Scalar {
    /** Bytes of an encoding: little endian, as RFC 8032 section 5.1.2 writes integers. */
    public static final int SIZE = 32;

    static final BigInteger L =
            BigInteger.ONE.shiftLeft(252).add(new BigInteger("27742317777372353535851937790883648493"));

    public static final Scalar ZERO = new Scalar(BigInteger.ZERO);
    public static final Scalar ONE = new Scalar(BigInteger.ONE);

    /** Twice the size: what is left of a bias after reduction is below 2^-250. */
    private static final int WIDE = 64;

    private final BigInteger value;

    private Scalar(BigInteger reduced) {
        this.value = reduced;
    }

    public static Scalar of(long value) {
        return of(BigInteger.valueOf(value));
    }

    /** Reduces {@code value}, which may be negative, modulo L. */
    public static Scalar of(BigInteger value) {
        return new Scalar(value.mod(L));
    }

    /** Uniform over the whole field, zero included. */
    public static Scalar random(SecureRandom random) {
        byte[] wide = new byte[WIDE];
        random.nextBytes(wide);
        return reduce(Bytes.of(wide));
    }

    /** A little-endian integer of any length modulo L; of 64 bytes of a hash this is uniform. */
    public static Scalar reduce(Bytes littleEndian) {
        return of(LittleEndian.read(littleEndian));
    }

    /** Refuses what is not the one encoding of a scalar. */
    public static Scalar decode(Bytes encoding) throws InvalidEncodingException {
        if (encoding.size() != SIZE) {
            throw new InvalidEncodingException(
                    EncodingReason.ENCODING_LENGTH, SIZE + " bytes of a scalar", encoding.size() + " bytes");
        }
        BigInteger value = LittleEndian.read(encoding);
        if (value.compareTo(L) >= 0) {
            throw new InvalidEncodingException(EncodingReason.NOT_CANONICAL, "a scalar below L", "one of L or more");
        }
        return new Scalar(value);
    }

    public Bytes encode() {
        return LittleEndian.write(value);
    }

    public Scalar plus(Scalar other) {
        return of(value.add(other.value));
    }

    public Scalar minus(Scalar other) {
        return of(value.subtract(other.value));
    }

    public Scalar times(Scalar other) {
        return of(value.multiply(other.value));
    }

    public Scalar negated() {
        return of(value.negate());
    }

    /** An {@link ArithmeticException} for zero. */
    public Scalar inverse() {
        return new Scalar(value.modInverse(L));
    }

    public boolean isZero() {
        return value.signum() == 0;
    }

    /** From 0 to L - 1. */
    public BigInteger value() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Scalar that && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    /** Never the value: most scalars here are secrets or shares of them. */
    @Override
    public String toString() {
        return "scalar";
    }
}
