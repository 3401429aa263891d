package io.attestedmesh.attest.verify;

import java.math.BigInteger;

/** The numbers of the curve P-384 (SEC 2, section 2.5.1) and what follows from them. */
final class P384 {
    /** Bytes of a coordinate, or of a part of a signature. */
    static final int SIZE = 48;

    static final BigInteger ORDER = new BigInteger(
            "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973", 16);

    private static final BigInteger FIELD = BigInteger.TWO
            .pow(384)
            .subtract(BigInteger.TWO.pow(128))
            .subtract(BigInteger.TWO.pow(96))
            .add(BigInteger.TWO.pow(32))
            .subtract(BigInteger.ONE);
    private static final BigInteger A = BigInteger.valueOf(-3);
    private static final BigInteger B = new BigInteger(
            "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef", 16);

    private P384() {}

    /**
     * Whether x‖y at {@code from} is a point of the curve: y² = x³ − 3x + b. The platform's provider does not ask this of
     * every key; the curve's cofactor is 1, so no more is to be asked.
     */
    static boolean isPoint(byte[] in, int from) {
        BigInteger x = new BigInteger(1, in, from, SIZE);
        BigInteger y = new BigInteger(1, in, from + SIZE, SIZE);
        return x.compareTo(FIELD) < 0
                && y.compareTo(FIELD) < 0
                && y.multiply(y)
                        .mod(FIELD)
                        .equals(x.multiply(x).add(A).multiply(x).add(B).mod(FIELD));
    }
}
