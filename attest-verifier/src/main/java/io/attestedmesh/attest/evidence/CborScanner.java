package io.attestedmesh.attest.evidence;

import static io.attestedmesh.attest.evidence.MalformedReason.*;

import java.util.Arrays;

/**
 * Judges raw bytes as CBOR (RFC 8949) before any library interprets them: one item, to the last byte.
 *
 * <p>{@link #requireWellFormed} decides exactly as RFC 8949, appendix C, does, but for a bound on depth. {@link
 * #requireStrict} also applies what evidence must obey; every such decision is a reason of its own and stands in
 * {@code docs/evidence.md}. Nothing is allocated by what a length or a count declares.
 */
final class CborScanner {
    /** Evidence needs 3 levels; the rest is room for fields to come. */
    static final int MAX_STRICT_DEPTH = 16;

    /** Bounds the stack, where any CBOR is judged. */
    static final int MAX_DEPTH = 1024;

    static final int MAX_MAP_ENTRIES = 64;

    private static final int INDEFINITE = 31;
    private static final int BREAK = 0xff;

    private final byte[] in;
    private final boolean strict;
    private final int outerTag;
    private int at;

    private CborScanner(byte[] in, boolean strict, int outerTag) {
        this.in = in;
        this.strict = strict;
        this.outerTag = outerTag;
    }

    /** One well-formed item and nothing after it. */
    static void requireWellFormed(byte[] in) throws MalformedEvidenceException {
        new CborScanner(in, false, -1).scan();
    }

    /** One item that keeps every rule of evidence and has no tag anywhere. */
    static void requireStrict(byte[] in) throws MalformedEvidenceException {
        new CborScanner(in, true, -1).scan();
    }

    /** As {@link #requireStrict}; the whole item may stand in one tag of this number. */
    static void requireStrictInTag(byte[] in, int tag) throws MalformedEvidenceException {
        new CborScanner(in, true, tag).scan();
    }

    private void scan() throws MalformedEvidenceException {
        item(0, true);
        if (at != in.length) {
            throw bad(CBOR_TRAILING_BYTES, "nothing after the item", (in.length - at) + " more bytes");
        }
    }

    private void item(int depth, boolean tagAllowed) throws MalformedEvidenceException {
        int maxDepth = strict ? MAX_STRICT_DEPTH : MAX_DEPTH;
        if (depth > maxDepth) {
            throw bad(CBOR_TOO_DEEP, "at most " + maxDepth + " levels", "more");
        }
        int head = next();
        int info = head & 0x1f;
        switch (head >> 5) {
            case 0, 1 -> argument(info);
            case 2, 3 -> string(head >> 5, info);
            case 4 -> array(info, depth);
            case 5 -> map(info, depth);
            case 6 -> tag(info, depth, tagAllowed);
            default -> simple(info);
        }
    }

    private void string(int major, int info) throws MalformedEvidenceException {
        if (info != INDEFINITE) {
            definiteString(major, info);
            return;
        }
        if (strict) {
            throw bad(CBOR_INDEFINITE_STRING, "a string of definite length", "a string in chunks");
        }
        while (!atBreak()) {
            int head = next();
            if (head >> 5 != major || (head & 0x1f) == INDEFINITE) {
                throw bad(CBOR_BAD_CHUNK, "a definite string of the same type", "initial byte " + head);
            }
            definiteString(major, head & 0x1f);
        }
    }

    private void definiteString(int major, int info) throws MalformedEvidenceException {
        int length = count(info);
        if (strict && major == 3 && !Utf8.isValid(in, at, at + length)) {
            throw bad(CBOR_INVALID_UTF8, "UTF-8", "other bytes");
        }
        at += length;
    }

    private void array(int info, int depth) throws MalformedEvidenceException {
        if (info == INDEFINITE) {
            while (!atBreak()) {
                item(depth + 1, false);
            }
        } else {
            for (int left = count(info); left > 0; left--) {
                item(depth + 1, false);
            }
        }
    }

    private void map(int info, int depth) throws MalformedEvidenceException {
        boolean indefinite = info == INDEFINITE;
        int declared = indefinite ? Integer.MAX_VALUE : count(info);
        int[] keys = new int[strict ? 2 * Math.min(declared, 10) : 0];
        for (int entry = 0; entry < declared && !(indefinite && atBreak()); entry++) {
            int from = at;
            item(depth + 1, false);
            if (strict) {
                requireKeyType((in[from] & 0xff) >> 5);
                keys = remember(keys, entry, from);
            }
            if (indefinite && at < in.length && (in[at] & 0xff) == BREAK) {
                throw bad(CBOR_KEY_WITHOUT_VALUE, "a value for every key", "a break");
            }
            item(depth + 1, false);
        }
    }

    private void requireKeyType(int major) throws MalformedEvidenceException {
        if (major != 0 && major != 1 && major != 3) {
            throw bad(CBOR_KEY_TYPE, "integers and text strings as keys", "major type " + major);
        }
    }

    /** Notes where the key from {@code from} to here lies, after comparing its bytes with those of each earlier key. */
    private int[] remember(int[] keys, int entry, int from) throws MalformedEvidenceException {
        if (entry == MAX_MAP_ENTRIES) {
            throw bad(CBOR_TOO_MANY_ENTRIES, "at most " + MAX_MAP_ENTRIES + " entries", "more");
        }
        for (int i = 0; i < entry; i++) {
            if (Arrays.equals(in, keys[2 * i], keys[2 * i + 1], in, from, at)) {
                throw bad(CBOR_DUPLICATE_KEY, "every key once", "key " + i + " again as key " + entry);
            }
        }
        int[] grown = 2 * entry < keys.length ? keys : Arrays.copyOf(keys, 2 * (2 * entry + 1));
        grown[2 * entry] = from;
        grown[2 * entry + 1] = at;
        return grown;
    }

    private void tag(int info, int depth, boolean allowed) throws MalformedEvidenceException {
        long number = argument(info);
        if (strict && (!allowed || number != outerTag)) {
            throw bad(CBOR_TAG, outerTag < 0 ? "no tag" : "one tag " + outerTag + " at most", "tag " + number);
        }
        item(depth + 1, false);
    }

    private void simple(int info) throws MalformedEvidenceException {
        if (info == INDEFINITE) {
            throw bad(CBOR_UNEXPECTED_BREAK, "an item", "a break");
        }
        if (info >= 25 && info <= 27) {
            if (strict) {
                throw bad(CBOR_FLOAT, "no floating-point number", "one of " + (8 << (info - 24)) + " bits");
            }
            skip(1 << (info - 24));
            return;
        }
        int value = info;
        if (info == 24) {
            value = next();
            if (value < 32) {
                throw bad(CBOR_BAD_SIMPLE, "a simple value of 32 to 255", "value " + value + " in two bytes");
            }
        } else if (info > 24) {
            throw reserved(info);
        }
        if (strict && (value < 20 || value > 22)) {
            throw bad(CBOR_SIMPLE_VALUE, "false, true or null", "simple value " + value);
        }
    }

    /** A length in bytes, or a number of items of at least one byte each: more than is left cannot be. */
    private int count(int info) throws MalformedEvidenceException {
        long declared = argument(info);
        if (Long.compareUnsigned(declared, in.length - at) > 0) {
            throw bad(CBOR_TRUNCATED, Long.toUnsignedString(declared) + " more", (in.length - at) + " bytes left");
        }
        return (int) declared;
    }

    /** The unsigned argument of the initial byte (RFC 8949, section 3). */
    private long argument(int info) throws MalformedEvidenceException {
        if (info < 24) {
            return info;
        }
        if (info == INDEFINITE) {
            throw bad(CBOR_INDEFINITE_SCALAR, "a definite argument", "indefinite length");
        }
        if (info > 27) {
            throw reserved(info);
        }
        int width = 1 << (info - 24);
        int from = at;
        skip(width);
        long value = 0;
        for (int i = from; i < at; i++) {
            value = (value << 8) | (in[i] & 0xff);
        }
        if (strict && fitsShorter(value, width)) {
            throw bad(CBOR_NOT_MINIMAL, "the shortest encoding", Long.toUnsignedString(value) + " in " + width);
        }
        return value;
    }

    private static boolean fitsShorter(long value, int width) {
        return width == 1 ? value < 24 : value >>> (4 * width) == 0;
    }

    private boolean atBreak() throws MalformedEvidenceException {
        if (next() == BREAK) {
            return true;
        }
        at--;
        return false;
    }

    private int next() throws MalformedEvidenceException {
        skip(1);
        return in[at - 1] & 0xff;
    }

    private void skip(int bytes) throws MalformedEvidenceException {
        if (bytes > in.length - at) {
            throw bad(CBOR_TRUNCATED, bytes + " more", (in.length - at) + " bytes left");
        }
        at += bytes;
    }

    private MalformedEvidenceException reserved(int info) {
        return bad(CBOR_RESERVED_INFO, "additional information of 0 to 27 or 31", Integer.toString(info));
    }

    private MalformedEvidenceException bad(MalformedReason reason, String expected, String actual) {
        return new MalformedEvidenceException(reason, expected, actual + " (near byte " + at + ")");
    }
}
