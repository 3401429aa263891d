package io.attestedmesh.attest.der;

import java.math.BigInteger;

/** The contents of an OBJECT IDENTIFIER (X.690, section 8.19). */
final class ObjectIdentifier {
    private static final int LONGEST = 64;

    private ObjectIdentifier() {}

    /** Checks that the last arc between the indices ends and that none has padding. */
    static void requireStrict(byte[] bytes, int from, int to) throws DerException {
        if (from == to || to - from > LONGEST || bytes[to - 1] < 0) {
            throw new DerException(
                    "a complete object identifier of at most " + LONGEST + " octets", (to - from) + " octets");
        }
        boolean starts = true;
        for (int i = from; i < to; i++) {
            if (starts && bytes[i] == (byte) 0x80) {
                throw new DerException("a minimal object identifier", "padding");
            }
            starts = bytes[i] >= 0;
        }
    }

    /** The dotted form of strict contents. */
    static String dotted(byte[] value) {
        StringBuilder dotted = new StringBuilder(24);
        int start = 0;
        for (int i = 0; i < value.length; i++) {
            if (value[i] >= 0) {
                appendArc(dotted, value, start, i);
                start = i + 1;
            }
        }
        return dotted.toString();
    }

    private static void appendArc(StringBuilder dotted, byte[] value, int start, int last) {
        if (last - start >= 8) { // arcs made from a UUID
            BigInteger arc = BigInteger.ZERO;
            for (int i = start; i <= last; i++) {
                arc = arc.shiftLeft(7).or(BigInteger.valueOf(value[i] & 0x7f));
            }
            dotted.append(start == 0 ? "2." : ".").append(start == 0 ? arc.subtract(BigInteger.valueOf(80)) : arc);
            return;
        }
        long arc = 0;
        for (int i = start; i <= last; i++) {
            arc = arc << 7 | (value[i] & 0x7f);
        }
        if (start == 0) {
            long first = Math.min(arc / 40, 2);
            dotted.append(first).append('.').append(arc - 40 * first);
        } else {
            dotted.append('.').append(arc);
        }
    }
}
