package io.attestedmesh.attest.der;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;

/**
 * Reads DER (X.690, section 10) front to back and refuses what is only BER: indefinite lengths and those with superfluous
 * octets, tags of several bytes, booleans other than 00 and ff, integers and object identifiers with padding. An element
 * has less than 16 MiB and lies inside its parent.
 *
 * <p>A cursor over a shared array: what it hands out as an array is a copy, and nothing is allocated by what a length
 * says. A tag is its identifier octet, 0xa0 for {@code [0]} constructed. After an exception the position is undefined.
 */
public final class DerReader {
    public static final int BOOLEAN = 0x01;
    public static final int INTEGER = 0x02;
    public static final int BIT_STRING = 0x03;
    public static final int OCTET_STRING = 0x04;
    public static final int NULL = 0x05;
    public static final int OID = 0x06;
    public static final int UTF8_STRING = 0x0c;
    public static final int UTC_TIME = 0x17;
    public static final int GENERALIZED_TIME = 0x18;
    public static final int SEQUENCE = 0x30;
    public static final int SET = 0x31;

    private static final int SEVERAL_BYTES = 0x1f;
    private static final int MOST_LENGTH_OCTETS = 3;

    private final byte[] bytes;
    private final int end;
    private int position;

    private DerReader(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.position = start;
        this.end = end;
    }

    /** Reads {@code bytes}, which must not change meanwhile. */
    public static DerReader of(byte[] bytes) {
        return new DerReader(bytes, 0, bytes.length);
    }

    public boolean isEmpty() {
        return position == end;
    }

    /** True if another element follows and has this tag. */
    public boolean nextIs(int tag) {
        return position < end && (bytes[position] & 0xff) == tag;
    }

    public int nextTag() throws DerException {
        if (isEmpty()) {
            throw new DerException("an element", "the end");
        }
        return bytes[position] & 0xff;
    }

    /** Steps over the next element, which must have this tag, and returns a reader of its contents. */
    public DerReader enter(int tag) throws DerException {
        int next = nextTag();
        if (next != tag) {
            throw new DerException("tag " + Integer.toHexString(tag), "tag " + Integer.toHexString(next));
        }
        if (tag == 0 || (tag & SEVERAL_BYTES) == SEVERAL_BYTES) {
            throw new DerException("a tag of one byte", "tag " + Integer.toHexString(tag));
        }
        position++;
        int length = length();
        if (length > end - position) {
            throw new DerException("at most " + (end - position) + " bytes", length + " bytes");
        }
        DerReader contents = new DerReader(bytes, position, position + length);
        position += length;
        return contents;
    }

    private int length() throws DerException {
        if (isEmpty()) {
            throw new DerException("a length", "the end");
        }
        int first = bytes[position++] & 0xff;
        if (first < 0x80) {
            return first;
        }
        int octets = first & 0x7f;
        if (octets == 0 || octets > MOST_LENGTH_OCTETS || octets > end - position) {
            throw new DerException(
                    "a definite length of at most " + MOST_LENGTH_OCTETS + " octets", octets + " octets");
        }
        int length = 0;
        for (int i = 0; i < octets; i++) {
            length = length << 8 | (bytes[position++] & 0xff);
        }
        if (length < 0x80 || length >>> (8 * (octets - 1)) == 0) {
            throw new DerException("a minimal length", "padding");
        }
        return length;
    }

    /** The next element with its tag and length, stepped over. */
    public byte[] element() throws DerException {
        return element(nextTag());
    }

    /** The next element, which must have this tag, with tag and length, stepped over. */
    public byte[] element(int tag) throws DerException {
        int start = position;
        enter(tag);
        return Arrays.copyOfRange(bytes, start, position);
    }

    /** What is left to read, which stays so. */
    public byte[] rest() {
        return Arrays.copyOfRange(bytes, position, end);
    }

    public int remaining() {
        return end - position;
    }

    public void finish() throws DerException {
        if (!isEmpty()) {
            throw new DerException("no more", remaining() + " bytes more");
        }
    }

    public boolean bool() throws DerException {
        DerReader contents = enter(BOOLEAN);
        byte value = contents.remaining() == 1 ? contents.bytes[contents.position] : 1;
        if (value != 0 && value != -1) {
            throw new DerException("a boolean of 00 or ff", "another value");
        }
        return value != 0;
    }

    /** A {@code BOOLEAN DEFAULT FALSE}: DER leaves the default out (X.690, section 11.5). */
    public boolean trueOrAbsent() throws DerException {
        boolean present = nextIs(BOOLEAN);
        if (present && !bool()) {
            throw new DerException("TRUE or nothing", "FALSE");
        }
        return present;
    }

    public BigInteger integer() throws DerException {
        return integer(INTEGER);
    }

    /** An INTEGER with a tag of its own. */
    public BigInteger integer(int tag) throws DerException {
        return new BigInteger(integerOctets(tag));
    }

    /** The contents of an INTEGER in two's complement, at least one octet. */
    public byte[] integerOctets() throws DerException {
        return integerOctets(INTEGER);
    }

    private byte[] integerOctets(int tag) throws DerException {
        return strictInteger(tag).rest();
    }

    DerReader strictInteger(int tag) throws DerException {
        DerReader contents = enter(tag);
        int octets = contents.remaining();
        int at = contents.position;
        boolean padded = octets > 1 && bytes[at] == (bytes[at + 1] < 0 ? -1 : 0);
        if (octets == 0 || padded) {
            throw new DerException("a minimal integer", octets + " octets");
        }
        return contents;
    }

    /** An INTEGER from 0 to 2^31 - 1. */
    public int count() throws DerException {
        return count(INTEGER);
    }

    /** An INTEGER from 0 to 2^31 - 1 with a tag of its own. */
    public int count(int tag) throws DerException {
        BigInteger value = integer(tag);
        if (value.signum() < 0 || value.bitLength() > 31) {
            throw new DerException("a number from 0 to 2^31 - 1", "another one");
        }
        return value.intValue();
    }

    /** An OBJECT IDENTIFIER in dotted form. */
    public String oid() throws DerException {
        return ObjectIdentifier.dotted(oidOctets());
    }

    /** The contents of an OBJECT IDENTIFIER, 1 to 64 octets. */
    public byte[] oidOctets() throws DerException {
        return strictOid().rest();
    }

    DerReader strictOid() throws DerException {
        DerReader contents = enter(OID);
        ObjectIdentifier.requireStrict(bytes, contents.position, contents.end);
        return contents;
    }

    /** The contents of a BIT STRING: the number of unused bits, then the octets, whose unused bits are zero. */
    public byte[] bitString() throws DerException {
        return strictBitString().rest();
    }

    DerReader strictBitString() throws DerException {
        DerReader contents = enter(BIT_STRING);
        int octets = contents.remaining();
        int unused = octets == 0 ? -1 : bytes[contents.position];
        boolean sound = unused == 0
                || (unused > 0 && unused <= 7 && octets > 1 && (bytes[contents.end - 1] & (1 << unused) - 1) == 0);
        if (!sound) {
            throw new DerException("a bit string whose unused bits are zero", unused + " unused bits");
        }
        return contents;
    }

    /** The octets of a BIT STRING whose length is a multiple of 8. */
    public byte[] octetsOfBitString() throws DerException {
        DerReader contents = enter(BIT_STRING);
        if (!contents.nextIs(0)) {
            throw new DerException("a bit string of whole octets", "unused bits");
        }
        contents.position++;
        return contents.rest();
    }

    /**
     * A {@code Time} of RFC 5280, section 4.1.2.5: {@code YYMMDDHHMMSSZ} for 1950 to 2049, {@code YYYYMMDDHHMMSSZ} from
     * 2050 on; a date that exists.
     */
    public Instant time() throws DerException {
        return nextIs(UTC_TIME)
                ? Time.utc(enter(UTC_TIME).rest())
                : Time.generalized(enter(GENERALIZED_TIME).rest());
    }

    /** Walks over all that is left and refuses what is not DER, however deep it lies; at most 16 levels below this one. */
    public void requireStrict() throws DerException {
        Strictness.require(this);
    }
}
