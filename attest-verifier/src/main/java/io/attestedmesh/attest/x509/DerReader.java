package io.attestedmesh.attest.x509;

import static io.attestedmesh.attest.x509.CertificateReason.MALFORMED_CERTIFICATE;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * Reads DER (X.690, section 10) and nothing else: definite minimal lengths, single-byte tags, canonical booleans and
 * integers. A cursor over a shared array; nothing is allocated by what a length says.
 */
final class DerReader {
    static final int BOOLEAN = 0x01;
    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int OCTET_STRING = 0x04;
    static final int NULL = 0x05;
    static final int OID = 0x06;
    static final int ENUMERATED = 0x0a;
    static final int UTC_TIME = 0x17;
    static final int GENERALIZED_TIME = 0x18;
    static final int SEQUENCE = 0x30;
    static final int SET = 0x31;

    private final byte[] bytes;
    private final int end;
    private int position;

    private DerReader(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.position = start;
        this.end = end;
    }

    /** Reads {@code bytes}, which must not change meanwhile. */
    static DerReader of(byte[] bytes) {
        return new DerReader(bytes, 0, bytes.length);
    }

    boolean isEmpty() {
        return position == end;
    }

    boolean nextIs(int tag) {
        return position < end && (bytes[position] & 0xff) == tag;
    }

    int nextTag() throws RejectedCertificateException {
        if (isEmpty()) {
            throw malformed("an element", "the end");
        }
        return bytes[position] & 0xff;
    }

    /** Steps over the next element, which must have this tag, and returns a reader of its contents. */
    DerReader enter(int tag) throws RejectedCertificateException {
        if (nextTag() != tag) {
            throw malformed("tag " + Integer.toHexString(tag), "tag " + Integer.toHexString(nextTag()));
        }
        if ((tag & 0x1f) == 0x1f) {
            throw malformed("a tag of one byte", "a longer one");
        }
        int start = position + 1;
        if (start >= end) {
            throw malformed("a length", "the end");
        }
        int length = bytes[start++] & 0xff;
        if (length >= 0x80) {
            int octets = length & 0x7f;
            if (octets == 0 || octets > 3 || octets > end - start) {
                throw malformed("a definite length of at most 3 octets", octets + " octets");
            }
            length = 0;
            for (int i = 0; i < octets; i++) {
                length = length << 8 | (bytes[start++] & 0xff);
            }
            if (length < 0x80 || length >>> (8 * (octets - 1)) == 0) {
                throw malformed("a minimal length", "padding");
            }
        }
        if (length > end - start) {
            throw malformed("at most " + (end - start) + " bytes", length + " bytes");
        }
        position = start + length;
        return new DerReader(bytes, start, position);
    }

    /** The next element with its tag and length, stepped over. */
    byte[] element() throws RejectedCertificateException {
        int start = position;
        enter(nextTag());
        return Arrays.copyOfRange(bytes, start, position);
    }

    /** What is left to read. */
    byte[] rest() {
        return Arrays.copyOfRange(bytes, position, end);
    }

    int remaining() {
        return end - position;
    }

    void finish() throws RejectedCertificateException {
        if (!isEmpty()) {
            throw malformed("no more", remaining() + " bytes more");
        }
    }

    boolean bool() throws RejectedCertificateException {
        byte[] value = enter(BOOLEAN).rest();
        if (value.length != 1 || (value[0] != 0 && value[0] != -1)) {
            throw malformed("a boolean of 00 or ff", "another value");
        }
        return value[0] != 0;
    }

    BigInteger integer() throws RejectedCertificateException {
        byte[] value = integerOctets();
        return new BigInteger(value);
    }

    /** The contents of an INTEGER in two's complement, checked to be minimal. */
    byte[] integerOctets() throws RejectedCertificateException {
        return minimal(enter(INTEGER).rest());
    }

    static byte[] minimal(byte[] value) throws RejectedCertificateException {
        if (value.length == 0
                || (value.length > 1 && ((value[0] == 0 && value[1] >= 0) || (value[0] == -1 && value[1] < 0)))) {
            throw malformed("a minimal integer", value.length + " octets");
        }
        return value;
    }

    /** A number from 0 to 2^31 - 1. */
    int count() throws RejectedCertificateException {
        return count(integer());
    }

    static int count(BigInteger value) throws RejectedCertificateException {
        if (value.signum() < 0 || value.bitLength() > 31) {
            throw malformed("a number from 0 to 2^31 - 1", "another one");
        }
        return value.intValue();
    }

    /** An OBJECT IDENTIFIER in dotted form. */
    String oid() throws RejectedCertificateException {
        return oid(enter(OID).rest());
    }

    static String oid(byte[] value) throws RejectedCertificateException {
        if (value.length == 0 || value.length > 64 || value[value.length - 1] < 0) {
            throw malformed("a complete object identifier of at most 64 octets", value.length + " octets");
        }
        StringBuilder dotted = new StringBuilder(24);
        int start = 0;
        for (int i = 0; i < value.length; i++) {
            if (i == start && value[i] == (byte) 0x80) {
                throw malformed("a minimal object identifier", "padding");
            }
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

    /** The octets of a BIT STRING whose length is a multiple of 8. */
    byte[] octetsOfBitString() throws RejectedCertificateException {
        DerReader bits = enter(BIT_STRING);
        byte[] value = bits.rest();
        if (value.length == 0 || value[0] != 0) {
            throw malformed("a bit string of whole octets", "unused bits");
        }
        return Arrays.copyOfRange(value, 1, value.length);
    }

    static RejectedCertificateException malformed(String expected, String actual) {
        return new RejectedCertificateException(MALFORMED_CERTIFICATE, expected, actual);
    }
}
