package io.attestedmesh.attest.tls;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.CborHead;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import java.nio.charset.StandardCharsets;

/**
 * Reads and writes the few CBOR items of a message wrapper, in deterministic encoding only (RFC 8949, section 4.2.1):
 * definite lengths, shortest arguments, neither tags nor floats.
 */
final class CborCursor {
    static final int UNSIGNED = 0;
    static final int BYTES = 2;
    static final int TEXT = 3;
    static final int ARRAY = 4;
    static final int MAP = 5;

    private static final int ONE_BYTE = 24;
    private static final int FOUR_BYTES = 26;

    private final Bytes bytes;
    private int position;

    CborCursor(Bytes bytes) {
        this.bytes = bytes;
    }

    /** The major type of the next item. */
    int next() throws RejectedCertificateException {
        if (position >= bytes.size()) {
            throw malformed("an item", "the end of the bytes");
        }
        return bytes.at(position) >>> 5;
    }

    int unsigned() throws RejectedCertificateException {
        return head(UNSIGNED, "unsigned integer");
    }

    void array(int elements) throws RejectedCertificateException {
        int actual = head(ARRAY, "array");
        if (actual != elements) {
            throw malformed("an array of " + elements, "one of " + actual);
        }
    }

    int map() throws RejectedCertificateException {
        return head(MAP, "map");
    }

    Bytes byteString() throws RejectedCertificateException {
        return take(head(BYTES, "byte string"));
    }

    /** A text of printable ASCII, which every text in a wrapper is. */
    String text() throws RejectedCertificateException {
        byte[] value = take(head(TEXT, "text")).toByteArray();
        for (byte b : value) {
            if (b < ' ' || b > '~') {
                throw malformed("text of printable ASCII", "a byte " + (b & 0xff));
            }
        }
        return new String(value, StandardCharsets.US_ASCII);
    }

    void requireEnd() throws RejectedCertificateException {
        if (position != bytes.size()) {
            throw malformed("nothing after the message wrapper", (bytes.size() - position) + " bytes");
        }
    }

    private int head(int major, String what) throws RejectedCertificateException {
        int found = next();
        if (found != major) {
            throw malformed(what, "an item of major type " + found);
        }
        int info = bytes.at(position++) & 0x1f;
        if (info < ONE_BYTE) {
            return info;
        }
        if (info > FOUR_BYTES) {
            throw malformed(what + " with an argument of at most 4 bytes", "additional information " + info);
        }
        int octets = 1 << (info - ONE_BYTE);
        Bytes argument = take(octets);
        long value = 0;
        for (int i = 0; i < octets; i++) {
            value = (value << 8) | argument.at(i);
        }
        long smallest = octets == 1 ? ONE_BYTE : 1L << (4 * octets);
        if (value < smallest || value > Integer.MAX_VALUE) {
            throw malformed(what + " with its argument in the fewest bytes", value + " in " + octets + " bytes");
        }
        return (int) value;
    }

    private Bytes take(int size) throws RejectedCertificateException {
        if (size > bytes.size() - position) {
            throw malformed(size + " bytes", (bytes.size() - position) + " left");
        }
        position += size;
        return bytes.slice(position - size, position);
    }

    static Bytes item(String text) {
        byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
        return Bytes.concat(CborHead.of(TEXT, ascii.length), Bytes.of(ascii));
    }

    static Bytes item(Bytes byteString) {
        return Bytes.concat(CborHead.of(BYTES, byteString.size()), byteString);
    }

    private static RejectedCertificateException malformed(String expected, String actual) {
        return new RejectedCertificateException(PeerReason.EXTENSION_MALFORMED, expected, actual);
    }
}
