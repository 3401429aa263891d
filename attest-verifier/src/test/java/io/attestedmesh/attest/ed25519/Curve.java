package io.attestedmesh.attest.ed25519;

import io.attestedmesh.attest.evidence.Bytes;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** RFC 8032, section 5.1, by the book and slowly: what the engines are held against, and what forges for them. */
final class Curve {
    static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
    static final BigInteger L = BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
    static final BigInteger D = BigInteger.valueOf(-121665)
            .multiply(BigInteger.valueOf(121666).modInverse(P))
            .mod(P);
    static final Point NEUTRAL = new Point(BigInteger.ZERO, BigInteger.ONE);
    static final Point BASE = withY(
            BigInteger.valueOf(4).multiply(BigInteger.valueOf(5).modInverse(P)).mod(P));

    private Curve() {}

    /** A point in affine coordinates. */
    record Point(BigInteger x, BigInteger y) {
        Point plus(Point other) {
            BigInteger product = D.multiply(x)
                    .multiply(other.x)
                    .multiply(y)
                    .multiply(other.y)
                    .mod(P);
            BigInteger sumX = x.multiply(other.y).add(y.multiply(other.x));
            BigInteger sumY = y.multiply(other.y).add(x.multiply(other.x));
            return new Point(
                    sumX.multiply(BigInteger.ONE.add(product).modInverse(P)).mod(P),
                    sumY.multiply(BigInteger.ONE.subtract(product).modInverse(P))
                            .mod(P));
        }

        Point times(BigInteger scalar) {
            Point result = NEUTRAL;
            for (int bit = scalar.bitLength() - 1; bit >= 0; bit--) {
                result = result.plus(result);
                result = scalar.testBit(bit) ? result.plus(this) : result;
            }
            return result;
        }

        Bytes encoded() {
            return littleEndian(x.testBit(0) ? y.setBit(255) : y);
        }
    }

    /** Whether a point has this y. */
    static boolean hasPoint(BigInteger y) {
        BigInteger square = xSquared(y);
        return square.modPow(P.shiftRight(1), P).compareTo(BigInteger.ONE) <= 0;
    }

    /** The point with this y and an even x. */
    static Point withY(BigInteger y) {
        BigInteger square = xSquared(y);
        BigInteger root = square.modPow(P.add(BigInteger.valueOf(3)).shiftRight(3), P);
        if (!root.multiply(root).mod(P).equals(square)) {
            root = root.multiply(BigInteger.TWO.modPow(P.shiftRight(2), P)).mod(P);
        }
        return new Point(root.testBit(0) ? P.subtract(root) : root, y);
    }

    private static BigInteger xSquared(BigInteger y) {
        BigInteger ySquared = y.multiply(y);
        return ySquared.subtract(BigInteger.ONE)
                .multiply(D.multiply(ySquared).add(BigInteger.ONE).modInverse(P))
                .mod(P);
    }

    /** The eight points of small order, each a multiple of the second; the first is the neutral one. */
    static List<Point> smallOrder() {
        BigInteger y = BigInteger.TWO;
        while (!hasPoint(y) || withY(y).times(L.shiftLeft(2)).equals(NEUTRAL)) {
            y = y.add(BigInteger.ONE);
        }
        Point ofOrder8 = withY(y).times(L);
        return IntStream.range(0, 8)
                .mapToObj(i -> ofOrder8.times(BigInteger.valueOf(i)))
                .toList();
    }

    /** Every way to write the eight: with p added where that fits, and a sign for an x of zero; 14, 8 of them canonical. */
    static List<Bytes> smallOrderEncodings() {
        List<Bytes> encodings = new ArrayList<>();
        for (BigInteger y : smallOrder().stream().map(Point::y).distinct().toList()) {
            for (BigInteger written : List.of(y, y.add(P))) {
                if (written.bitLength() <= 255) {
                    encodings.add(littleEndian(written));
                    encodings.add(littleEndian(written.setBit(255)));
                }
            }
        }
        return encodings;
    }

    static Bytes littleEndian(BigInteger value) {
        byte[] bytes = new byte[32];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = value.shiftRight(8 * i).byteValue();
        }
        return Bytes.of(bytes);
    }

    static BigInteger number(Bytes littleEndian) {
        byte[] bytes = littleEndian.toByteArray();
        for (int i = 0; i < bytes.length / 2; i++) {
            byte swapped = bytes[i];
            bytes[i] = bytes[bytes.length - 1 - i];
            bytes[bytes.length - 1 - i] = swapped;
        }
        return new BigInteger(1, bytes);
    }

    static Bytes sha512(Bytes... parts) {
        try {
            return Bytes.of(MessageDigest.getInstance("SHA-512")
                    .digest(Bytes.concat(parts).toByteArray()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
