package io.attestedmesh.attest.ed25519;

import io.attestedmesh.attest.ed25519.Curve.Point;
import io.attestedmesh.attest.evidence.Bytes;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** Signatures on which verifiers of Ed25519 are known to disagree, by the holder of the key. */
final class EdgeCases {
    static final Forger SIGNER = new Forger(Bytes.of(new byte[32]));

    private static final BigInteger R = new BigInteger("123456789012345678901234567890");

    /** A signature and what every engine must say of it. */
    record EdgeCase(String name, Bytes message, Bytes signature, boolean valid) {
        @Override
        public String toString() {
            return name;
        }
    }

    private EdgeCases() {}

    static List<EdgeCase> all() {
        List<EdgeCase> cases = new ArrayList<>();
        Bytes message = Bytes.fromHex("0102");
        Bytes honest = SIGNER.sign(R, Curve.NEUTRAL, message);
        cases.add(new EdgeCase("honest", message, honest, true));
        cases.add(new EdgeCase("other message", Bytes.EMPTY, honest, false));
        cases.addAll(scalars(message, honest));
        cases.addAll(lengths(message, honest));
        cases.addAll(smallR());
        cases.addAll(mixedR());
        cases.addAll(nonCanonicalR(message));
        return cases;
    }

    private static List<EdgeCase> scalars(Bytes message, Bytes honest) {
        List<EdgeCase> cases = new ArrayList<>();
        Bytes encodedR = honest.slice(0, 32);
        BigInteger s = Curve.number(honest.slice(32, 64));
        for (int i = 1; i <= 15; i++) {
            BigInteger other = s.add(Curve.L.multiply(BigInteger.valueOf(i)));
            if (other.bitLength() <= 256) {
                cases.add(withS("S + " + i + "L", message, encodedR, other));
            }
        }
        cases.add(withS("S = 0", message, encodedR, BigInteger.ZERO));
        cases.add(withS("S = L", message, encodedR, Curve.L));
        cases.add(withS("S = L - 1", message, encodedR, Curve.L.subtract(BigInteger.ONE)));
        cases.add(withS("-S", message, encodedR, Curve.L.subtract(s)));
        cases.add(withS("S with the highest bit", message, encodedR, s.setBit(255)));
        cases.add(withS("all ones", message, encodedR, BigInteger.TWO.pow(256).subtract(BigInteger.ONE)));
        cases.add(withS("R = (0, 1), S = L", message, Curve.NEUTRAL.encoded(), Curve.L));
        return cases;
    }

    private static EdgeCase withS(String name, Bytes message, Bytes encodedR, BigInteger s) {
        return new EdgeCase(name, message, Bytes.concat(encodedR, Curve.littleEndian(s)), false);
    }

    private static List<EdgeCase> lengths(Bytes message, Bytes honest) {
        List<EdgeCase> cases = new ArrayList<>();
        for (int size : new int[] {0, 1, 32, 63}) {
            cases.add(new EdgeCase(size + " bytes", message, honest.slice(0, size), false));
        }
        for (int more : new int[] {1, 64}) {
            Bytes longer = Bytes.concat(honest, Bytes.of(new byte[more]));
            cases.add(new EdgeCase(longer.size() + " bytes", message, longer, false));
        }
        return cases;
    }

    /** With r = 0 the equation holds in the large group for each of them: a verifier with cofactor takes them. */
    private static List<EdgeCase> smallR() {
        List<EdgeCase> cases = new ArrayList<>();
        for (Bytes encodedR : Curve.smallOrderEncodings()) {
            for (byte i = 0; i < 8; i++) {
                Bytes message = Bytes.of(i);
                Bytes signature = SIGNER.sign(BigInteger.ZERO, encodedR, message);
                cases.add(new EdgeCase("R = " + encodedR + ", message " + i, message, signature, false));
            }
        }
        return cases;
    }

    static List<EdgeCase> mixedR() {
        List<EdgeCase> cases = new ArrayList<>();
        List<Point> small = Curve.smallOrder();
        for (int multiple = 1; multiple < small.size(); multiple++) {
            for (byte i = 0; i < 8; i++) {
                Bytes message = Bytes.of(i);
                Bytes signature = SIGNER.sign(R, small.get(multiple), message);
                cases.add(new EdgeCase("R + " + multiple + "T, message " + i, message, signature, false));
            }
        }
        return cases;
    }

    /** All y from p to 2^255 - 1; those that are a y of the curve less p, and those that are not. */
    private static List<EdgeCase> nonCanonicalR(Bytes message) {
        List<EdgeCase> cases = new ArrayList<>();
        for (int above = 0; above < 19; above++) {
            BigInteger y = Curve.P.add(BigInteger.valueOf(above));
            for (BigInteger written : List.of(y, y.setBit(255))) {
                Bytes signature = SIGNER.sign(R, Curve.littleEndian(written), message);
                cases.add(new EdgeCase("R's y = p + " + above, message, signature, false));
            }
        }
        return cases;
    }
}
