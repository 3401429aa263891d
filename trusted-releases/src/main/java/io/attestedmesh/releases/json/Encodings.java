package io.attestedmesh.releases.json;

import io.attestedmesh.attest.evidence.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;

/**
 * Times and bytes as text, each with one spelling only: what is read is written again and must be the same text. So
 * padding, alphabet, trailing bits and case need no rules of their own. Anything else is an
 * {@link IllegalArgumentException}.
 */
public final class Encodings {
    static final int INSTANT_LENGTH = 20;

    private static final byte[] DIGITS = digits();

    private Encodings() {}

    private static byte[] digits() {
        byte[] values = new byte['f' + 1];
        Arrays.fill(values, (byte) -1);
        for (int value = 0; value < 16; value++) {
            values[Character.forDigit(value, 16)] = (byte) value;
        }
        return values;
    }

    static Instant instant(String text) {
        try {
            Instant read = Instant.parse(text);
            if (text.length() == INSTANT_LENGTH && text(read).equals(text)) {
                return read;
            }
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("not a time as 2026-11-20T10:00:00Z", e);
        }
        throw new IllegalArgumentException("not a time as 2026-11-20T10:00:00Z");
    }

    /** {@code 2026-11-20T10:00:00Z}. */
    public static String text(Instant time) {
        return time.toString();
    }

    static Bytes hex(String text, int size) {
        if (text.length() != 2 * size) {
            throw new IllegalArgumentException("not " + 2 * size + " hexadecimal digits");
        }
        byte[] bytes = new byte[size];
        int seen = 0;
        for (int i = 0; i < size; i++) {
            int value = digit(text.charAt(2 * i)) << 4 | digit(text.charAt(2 * i + 1));
            seen |= value;
            bytes[i] = (byte) value;
        }
        if (seen < 0) {
            throw new IllegalArgumentException("not lower-case hexadecimal digits");
        }
        return Bytes.of(bytes);
    }

    /** Negative for anything else. From a table: which kind of digit comes next is nothing that a processor can guess. */
    private static int digit(char c) {
        return c < DIGITS.length ? DIGITS[c] : -1;
    }

    /** RFC 4648, section 4. */
    public static Bytes base64(String text) {
        return decode("base64", Base64.getDecoder(), Base64.getEncoder(), latin1(text));
    }

    /** RFC 4648, section 4. */
    public static String base64(Bytes bytes) {
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    /** RFC 7515, section 2: no padding. */
    public static Bytes base64url(String text) {
        return base64url(latin1(text));
    }

    /** The same of text in ASCII. */
    static Bytes base64url(ByteBuffer text) {
        return decode(
                "base64url", Base64.getUrlDecoder(), Base64.getUrlEncoder().withoutPadding(), text);
    }

    /** Other characters become question marks, which are in neither alphabet. */
    private static ByteBuffer latin1(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** RFC 7515, section 2: no padding. */
    public static String base64url(Bytes bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
    }

    static int base64Length(int bytes) {
        return Math.toIntExact((bytes + 2L) / 3 * 4);
    }

    private static Bytes decode(String name, Base64.Decoder decoder, Base64.Encoder encoder, ByteBuffer text) {
        ByteBuffer decoded;
        try {
            decoded = decoder.decode(text.duplicate());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not " + name, e);
        }
        // Of text that decodes, only the end has other spellings: bits that no byte has, padding there or not. So the
        // last bytes are encoded again and not all of them, which may be megabytes.
        int whole = Math.max(0, (decoded.remaining() - 1) / 3);
        ByteBuffer end = encoder.encode(decoded.slice(3 * whole, decoded.remaining() - 3 * whole));
        int same = Math.min(4 * whole, text.remaining());
        if (!text.slice(text.position() + same, text.remaining() - same).equals(end)) {
            throw new IllegalArgumentException("not canonical " + name);
        }
        byte[] bytes = new byte[decoded.remaining()];
        decoded.get(bytes);
        return Bytes.of(bytes);
    }
}
