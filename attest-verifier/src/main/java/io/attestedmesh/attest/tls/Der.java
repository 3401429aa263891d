package io.attestedmesh.attest.tls;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.x509.CertificateReason;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import java.io.ByteArrayOutputStream;

/**
 * Walks strict DER (X.690, section 10): one-byte tags, definite lengths in the fewest octets, elements inside their
 * parents. It sees the bytes of a certificate as they are, where an ASN.1 library would show what it made of them.
 */
final class Der {
    static final int BOOLEAN = 0x01;
    static final int OCTET_STRING = 0x04;
    static final int OBJECT_IDENTIFIER = 0x06;
    static final int UTF8_STRING = 0x0c;
    static final int SEQUENCE = 0x30;

    private static final int MULTI_BYTE_TAG = 0x1f;
    private static final int LONG_LENGTH = 0x80;
    /** Three octets of length are 16 MiB, far above any bound on what is read here. */
    private static final int MAX_LENGTH_OCTETS = 3;

    private final byte[] bytes;
    private final int end;
    private int position;

    private Der(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.position = start;
        this.end = end;
    }

    /** Reads {@code bytes}, which must not change meanwhile. */
    static Der of(byte[] bytes) {
        return new Der(bytes, 0, bytes.length);
    }

    /** One element: its place in the bytes, header included, and where its content begins. */
    final class Element {
        private final int tag;
        private final int start;
        private final int content;
        private final int stop;

        private Element(int tag, int start, int content, int stop) {
            this.tag = tag;
            this.start = start;
            this.content = content;
            this.stop = stop;
        }

        int tag() {
            return tag;
        }

        Der inside() {
            return new Der(bytes, content, stop);
        }

        Bytes encoded() {
            return slice(start, stop);
        }

        Bytes content() {
            return slice(content, stop);
        }

        private Bytes slice(int from, int to) {
            return Bytes.of(java.util.Arrays.copyOfRange(bytes, from, to));
        }
    }

    boolean atEnd() {
        return position == end;
    }

    /** True if another element follows and has this tag. */
    boolean nextIs(int tag) {
        return position < end && octet(position) == tag;
    }

    Element read(int tag, String what) throws RejectedCertificateException {
        Element element = read(what);
        if (element.tag() != tag) {
            throw malformed(what + " with tag " + hex(tag), "tag " + hex(element.tag()));
        }
        return element;
    }

    Element read(String what) throws RejectedCertificateException {
        int start = position;
        int tag = take(what);
        if ((tag & MULTI_BYTE_TAG) == MULTI_BYTE_TAG) {
            throw malformed(what + " with a tag of one byte", "tag " + hex(tag));
        }
        int length = length(what);
        if (length > end - position) {
            throw malformed(what + " inside its parent", length + " bytes where " + (end - position) + " are left");
        }
        int content = position;
        position += length;
        return new Element(tag, start, content, position);
    }

    void requireEnd(String what) throws RejectedCertificateException {
        if (!atEnd()) {
            throw malformed("nothing after " + what, (end - position) + " bytes");
        }
    }

    private int length(String what) throws RejectedCertificateException {
        int first = take(what);
        if (first < LONG_LENGTH) {
            return first;
        }
        int octets = first & 0x7f;
        if (octets == 0 || octets > MAX_LENGTH_OCTETS) {
            throw malformed(what + " with a definite length below 16 MiB", "length octet " + hex(first));
        }
        int length = 0;
        for (int i = 0; i < octets; i++) {
            length = (length << 8) | take(what);
        }
        if (length < LONG_LENGTH || length >>> (8 * (octets - 1)) == 0) {
            throw malformed(what + " with its length in the fewest octets", length + " in " + octets + " octets");
        }
        return length;
    }

    private int take(String what) throws RejectedCertificateException {
        if (position >= end) {
            throw malformed(what, "the end of the bytes");
        }
        return octet(position++);
    }

    private int octet(int index) {
        return bytes[index] & 0xff;
    }

    /** An element of this tag around the joined contents. */
    static Bytes element(int tag, Bytes... contents) {
        Bytes content = Bytes.concat(contents);
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.write(tag);
        int length = content.size();
        if (length < LONG_LENGTH) {
            header.write(length);
        } else {
            int octets = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
            header.write(LONG_LENGTH | octets);
            for (int i = octets - 1; i >= 0; i--) {
                header.write(length >>> (8 * i));
            }
        }
        return Bytes.concat(Bytes.of(header.toByteArray()), content);
    }

    private static RejectedCertificateException malformed(String expected, String actual) {
        return new RejectedCertificateException(CertificateReason.MALFORMED_CERTIFICATE, expected, actual);
    }

    private static String hex(int octet) {
        return String.format("0x%02x", octet);
    }
}
