package io.attestedmesh.attest.evidence;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * An immutable sequence of bytes, so that records may hold binary fields and stay values.
 *
 * <p>{@link #equals} takes time that depends on the lengths only, never on the contents: digests, keys and nonces may
 * be compared with it.
 */
public final class Bytes {
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private static final int SHOWN = 16;

    private final byte[] value;

    private Bytes(byte[] value) {
        this.value = value;
    }

    /** Copies {@code value}. */
    public static Bytes of(byte... value) {
        return value.length == 0 ? EMPTY : new Bytes(value.clone());
    }

    /** Copies what remains in {@code value}, whose position stays. */
    public static Bytes of(ByteBuffer value) {
        byte[] copy = new byte[value.remaining()];
        value.get(value.position(), copy);
        return adopt(copy);
    }

    /** Takes {@code value} over without a copy: nobody else may hold it. */
    static Bytes adopt(byte[] value) {
        return value.length == 0 ? EMPTY : new Bytes(value);
    }

    /** The bytes themselves, for parsers of this package, which must not change or keep them. */
    byte[] shared() {
        return value;
    }

    /** Reads an even number of hexadecimal digits in either case; anything else is an {@link IllegalArgumentException}. */
    public static Bytes fromHex(String digits) {
        return new Bytes(HexFormat.of().parseHex(digits));
    }

    /** Joins the parts in order. */
    public static Bytes concat(Bytes... parts) {
        int size = 0;
        for (Bytes part : parts) {
            size = Math.addExact(size, part.size());
        }
        byte[] joined = new byte[size];
        int at = 0;
        for (Bytes part : parts) {
            System.arraycopy(part.value, 0, joined, at, part.size());
            at += part.size();
        }
        return adopt(joined);
    }

    public int size() {
        return value.length;
    }

    public boolean isEmpty() {
        return value.length == 0;
    }

    /** The byte at {@code index} as 0 to 255. */
    public int at(int index) {
        return value[index] & 0xff;
    }

    /** A copy of the bytes from {@code from} (inclusive) to {@code to} (exclusive). */
    public Bytes slice(int from, int to) {
        if (from < 0 || to < from || to > value.length) {
            throw new IndexOutOfBoundsException("[" + from + ", " + to + ") of " + value.length);
        }
        return new Bytes(Arrays.copyOfRange(value, from, to));
    }

    /** Constant-time in the contents of the prefix. */
    public boolean startsWith(Bytes prefix) {
        return size() >= prefix.size() && slice(0, prefix.size()).equals(prefix);
    }

    /** True if every byte is zero; also true of no bytes at all. */
    public boolean isZero() {
        int seen = 0;
        for (byte b : value) {
            seen |= b;
        }
        return seen == 0;
    }

    /** A copy that the caller owns. */
    public byte[] toByteArray() {
        return value.clone();
    }

    /** The bytes without a copy, to be read only. */
    public ByteBuffer asByteBuffer() {
        return ByteBuffer.wrap(value).asReadOnlyBuffer();
    }

    /** Feeds the bytes to a digest without copying them. */
    public void update(MessageDigest digest) {
        digest.update(value);
    }

    /** The SHA-384 of them, 48 bytes. */
    public Bytes sha384() {
        try {
            return adopt(MessageDigest.getInstance("SHA-384").digest(value));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform since 9 has SHA-384", e);
        }
    }

    /** All bytes as lower-case hexadecimal digits. */
    public String hex() {
        return HexFormat.of().formatHex(value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && MessageDigest.isEqual(value, that.value);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(value);
    }

    /** The first bytes as hexadecimal digits, for messages; {@link #hex} gives all of them. */
    @Override
    public String toString() {
        return size() <= SHOWN ? hex() : slice(0, SHOWN).hex() + "... (" + size() + " bytes)";
    }
}
