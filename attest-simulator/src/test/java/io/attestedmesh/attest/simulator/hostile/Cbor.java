package io.attestedmesh.attest.simulator.hostile;

import io.attestedmesh.attest.evidence.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Encoded CBOR items (RFC 8949), each as the caller says: also those that no encoder writes. Independent of the encoder
 * that the simulator uses.
 */
public final class Cbor {
    public static final int UNSIGNED = 0;
    public static final int NEGATIVE = 1;
    public static final int BYTES = 2;
    public static final int TEXT = 3;
    public static final int ARRAY = 4;
    public static final int MAP = 5;
    public static final int TAG = 6;

    public static final Bytes NULL = octets(0xf6);
    public static final Bytes UNDEFINED = octets(0xf7);
    public static final Bytes TRUE = octets(0xf5);
    public static final Bytes BREAK = octets(0xff);

    private Cbor() {}

    /** The shortest head that holds {@code argument}, which counts as unsigned. */
    public static Bytes head(int major, long argument) {
        if (argument >= 0 && argument < 24) {
            return octets(major << 5 | (int) argument);
        }
        int width = argument < 0 || argument > 0xffff_ffffL ? 8 : argument > 0xffff ? 4 : argument > 0xff ? 2 : 1;
        return wideHead(major, argument, width);
    }

    /** A head whose argument has {@code width} bytes (1, 2, 4 or 8), needed or not. */
    public static Bytes wideHead(int major, long argument, int width) {
        byte[] all = ByteBuffer.allocate(Long.BYTES).putLong(argument).array();
        Bytes info = octets(major << 5 | 24 + Integer.numberOfTrailingZeros(width));
        return Bytes.concat(info, Bytes.of(all).slice(Long.BYTES - width, Long.BYTES));
    }

    /** A head with additional information 28 to 31. */
    public static Bytes rawHead(int major, int info) {
        return octets(major << 5 | info);
    }

    public static Bytes unsigned(long value) {
        return head(UNSIGNED, value);
    }

    /** −1 − {@code argument}. */
    public static Bytes negative(long argument) {
        return head(NEGATIVE, argument);
    }

    public static Bytes bytes(Bytes value) {
        return Bytes.concat(head(BYTES, value.size()), value);
    }

    public static Bytes text(String value) {
        Bytes utf8 = Bytes.of(value.getBytes(StandardCharsets.UTF_8));
        return Bytes.concat(head(TEXT, utf8.size()), utf8);
    }

    public static Bytes array(Bytes... items) {
        return Bytes.concat(head(ARRAY, items.length), Bytes.concat(items));
    }

    /** Keys and values in turn. */
    public static Bytes map(Bytes... keysAndValues) {
        return Bytes.concat(head(MAP, keysAndValues.length / 2), Bytes.concat(keysAndValues));
    }

    public static Bytes tagged(long tag, Bytes item) {
        return Bytes.concat(head(TAG, tag), item);
    }

    /** A string, array or map of indefinite length around {@code items}, with its break. */
    public static Bytes indefinite(int major, Bytes... items) {
        return Bytes.concat(rawHead(major, 31), Bytes.concat(items), BREAK);
    }

    public static Bytes float64(double value) {
        return Bytes.concat(
                octets(0xfb),
                Bytes.of(ByteBuffer.allocate(Double.BYTES).putDouble(value).array()));
    }

    /** An array in an array and so on, {@code levels} of them, around null. */
    public static Bytes nested(int levels) {
        Bytes item = NULL;
        for (int level = 0; level < levels; level++) {
            item = array(item);
        }
        return item;
    }

    public static Bytes octets(int... values) {
        byte[] octets = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            octets[i] = (byte) values[i];
        }
        return Bytes.of(octets);
    }
}
