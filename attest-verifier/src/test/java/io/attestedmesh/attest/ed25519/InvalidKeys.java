package io.attestedmesh.attest.ed25519;

import io.attestedmesh.attest.ed25519.Curve.Point;
import io.attestedmesh.attest.evidence.Bytes;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Encodings that some verifiers of Ed25519 take for public keys. */
final class InvalidKeys {
    private InvalidKeys() {}

    static List<Bytes> all() {
        List<Bytes> all = new ArrayList<>(wrongLengths());
        all.addAll(nonCanonical());
        all.addAll(offTheCurve());
        all.addAll(Curve.smallOrderEncodings());
        all.addAll(mixedOrder());
        return all;
    }

    static List<Bytes> wrongLengths() {
        Bytes key = EdgeCases.SIGNER.key();
        return List.of(
                Bytes.EMPTY,
                key.slice(0, 1),
                key.slice(0, 31),
                Bytes.concat(key, Bytes.of((byte) 0)),
                Bytes.concat(key, key));
    }

    /** y from p to 2^255 - 1, with either sign. */
    static List<Bytes> nonCanonical() {
        List<Bytes> encodings = new ArrayList<>();
        for (int above = 0; above < 19; above++) {
            BigInteger y = Curve.P.add(BigInteger.valueOf(above));
            encodings.add(Curve.littleEndian(y));
            encodings.add(Curve.littleEndian(y.setBit(255)));
        }
        return encodings;
    }

    static List<Bytes> offTheCurve() {
        return IntStream.range(2, 50)
                .mapToObj(BigInteger::valueOf)
                .filter(y -> !Curve.hasPoint(y))
                .map(Curve::littleEndian)
                .toList();
    }

    /** A valid key with each of the seven points of small order added. */
    static List<Bytes> mixedOrder() {
        List<Point> small = Curve.smallOrder();
        return small.subList(1, small.size()).stream()
                .map(point -> EdgeCases.SIGNER.point.plus(point).encoded())
                .toList();
    }
}
