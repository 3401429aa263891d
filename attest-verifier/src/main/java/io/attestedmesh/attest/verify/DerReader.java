package io.attestedmesh.attest.verify;

import io.attestedmesh.attest.evidence.Bytes;
import java.util.Arrays;

/**
 * Reads DER (X.690) front to back and refuses what is only BER: indefinite and non-minimal lengths, high tags, booleans
 * other than 00 and FF, integers with superfluous bytes.
 *
 * <p>A fault is an {@link IllegalDerException}, which never leaves this package.
 */
final class DerReader {
    static final int BOOLEAN = 0x01;
    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int OCTET_STRING = 0x04;
    static final int NULL = 0x05;
    static final int OID = 0x06;
    static final int UTC_TIME = 0x17;
    static final int GENERALIZED_TIME = 0x18;
    static final int SEQUENCE = 0x30;
    static final int SET = 0x31;

    private static final int MAX_DEPTH = 16;

    private final byte[] in;
    private final int end;
    private int at;

    private DerReader(byte[] in, int from, int to) {
        this.in = in;
        this.at = from;
        this.end = to;
    }

    static DerReader of(byte[] in) {
        return new DerReader(in, 0, in.length);
    }

    boolean hasMore() {
        return at < end;
    }

    /** The next tag, -1 at the end. */
    int peek() {
        return hasMore() ? in[at] & 0xff : -1;
    }

    /** The content of the next value, which must have {@code tag}. */
    DerReader enter(int tag) throws IllegalDerException {
        if (peek() != tag) {
            throw new IllegalDerException("tag " + peek() + " at " + at + ", not " + tag);
        }
        at++;
        int length = length();
        DerReader content = new DerReader(in, at, at + length);
        at += length;
        return content;
    }

    /** The next value with its tag and length, as a copy. */
    Bytes raw(int tag) throws IllegalDerException {
        int from = at;
        enter(tag);
        return Bytes.of(Arrays.copyOfRange(in, from, at));
    }

    void end() throws IllegalDerException {
        if (hasMore()) {
            throw new IllegalDerException((end - at) + " bytes too many at " + at);
        }
    }

    /** What is left here, as a copy. */
    byte[] rest() {
        byte[] rest = Arrays.copyOfRange(in, at, end);
        at = end;
        return rest;
    }

    int remaining() {
        return end - at;
    }

    boolean readBoolean() throws IllegalDerException {
        DerReader content = enter(BOOLEAN);
        int value = content.remaining() == 1 ? content.peek() : -1;
        if (value != 0 && value != 0xff) {
            throw new IllegalDerException("a boolean that is neither 00 nor FF at " + at);
        }
        return value == 0xff;
    }

    /** The content of a BIT STRING whose number of bits is a multiple of eight. */
    Bytes wholeBytes() throws IllegalDerException {
        DerReader content = enter(BIT_STRING);
        if (content.octet() != 0) {
            throw new IllegalDerException("a bit string that is not whole bytes at " + at);
        }
        return Bytes.of(content.rest());
    }

    /** The two's complement content of an INTEGER, minimal. */
    byte[] readInteger() throws IllegalDerException {
        byte[] value = enter(INTEGER).rest();
        boolean padded = value.length > 1 && value[0] == (value[1] < 0 ? -1 : 0);
        if (value.length == 0 || padded) {
            throw new IllegalDerException("an integer that is not minimal at " + at);
        }
        return value;
    }

    /** Walks over everything that is left and refuses whatever is not DER, however deep it lies. */
    void requireStrict() throws IllegalDerException {
        requireStrict(0);
    }

    private void requireStrict(int depth) throws IllegalDerException {
        if (depth > MAX_DEPTH) {
            throw new IllegalDerException("more than " + MAX_DEPTH + " levels");
        }
        while (hasMore()) {
            switch (peek()) {
                case BOOLEAN -> readBoolean();
                case INTEGER -> readInteger();
                case NULL -> enter(NULL).end();
                case OID -> requireOid(enter(OID));
                case BIT_STRING -> requireBitString(enter(BIT_STRING));
                default -> other(depth);
            }
        }
    }

    private void other(int depth) throws IllegalDerException {
        int tag = peek();
        boolean constructed = (tag & 0x20) != 0;
        boolean universal = tag < 0x40;
        boolean highTag = (tag & 0x1f) == 0x1f;
        if (tag == 0 || highTag || (universal && constructed && tag != SEQUENCE && tag != SET)) {
            throw new IllegalDerException("tag " + tag + " at " + at);
        }
        DerReader content = enter(tag);
        if (constructed) {
            content.requireStrict(depth + 1);
        }
    }

    private static void requireOid(DerReader content) throws IllegalDerException {
        boolean starts = true;
        if (!content.hasMore() || content.in[content.end - 1] < 0) {
            throw new IllegalDerException("an object identifier that ends early at " + content.at);
        }
        for (int i = content.at; i < content.end; i++) {
            if (starts && content.in[i] == (byte) 0x80) {
                throw new IllegalDerException("an object identifier that is not minimal at " + i);
            }
            starts = content.in[i] >= 0;
        }
    }

    private static void requireBitString(DerReader content) throws IllegalDerException {
        int unused = content.peek();
        int padding = content.in[content.end - 1] & ((1 << Math.max(unused, 0)) - 1);
        if (unused < 0 || unused > 7 || (unused > 0 && content.remaining() == 1) || (unused > 0 && padding != 0)) {
            throw new IllegalDerException("a bit string with bad padding at " + content.at);
        }
    }

    private int length() throws IllegalDerException {
        int first = octet();
        int length = first;
        if (first > 0x80 && first <= 0x83) {
            length = 0;
            for (int i = first & 0x7f; i > 0; i--) {
                length = (length << 8) | octet();
            }
            int shortest = length < 0x80 ? 0 : length < 0x100 ? 0x81 : length < 0x10000 ? 0x82 : 0x83;
            if (first != shortest) {
                throw new IllegalDerException("a length that is not minimal at " + at);
            }
        } else if (first >= 0x80) {
            throw new IllegalDerException("a length of form " + first + " at " + at);
        }
        if (length > end - at) {
            throw new IllegalDerException("a length of " + length + " with " + (end - at) + " bytes left at " + at);
        }
        return length;
    }

    private int octet() throws IllegalDerException {
        if (!hasMore()) {
            throw new IllegalDerException("the end within a length");
        }
        return in[at++] & 0xff;
    }
}
