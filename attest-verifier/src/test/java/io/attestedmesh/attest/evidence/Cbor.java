package io.attestedmesh.attest.evidence;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Writes CBOR items by hand, right or deliberately wrong, so that each fault stands in its test as it is on the wire. */
public final class Cbor {
    public static final Bytes NULL = hex("f6");
    public static final Bytes BREAK = hex("ff");

    private Cbor() {}

    public static Bytes hex(String digits) {
        return Bytes.fromHex(digits.replace(" ", ""));
    }

    public static Bytes integer(long value) {
        return value < 0 ? head(1, ~value) : head(0, value);
    }

    public static Bytes bytes(Bytes content) {
        return Bytes.concat(head(2, content.size()), content);
    }

    public static Bytes text(String content) {
        Bytes utf8 = Bytes.of(content.getBytes(StandardCharsets.UTF_8));
        return Bytes.concat(head(3, utf8.size()), utf8);
    }

    public static Bytes array(Bytes... items) {
        return Bytes.concat(head(4, items.length), Bytes.concat(items));
    }

    /** Keys and values in turn. */
    public static Bytes map(Bytes... keysAndValues) {
        return Bytes.concat(head(5, keysAndValues.length / 2), Bytes.concat(keysAndValues));
    }

    public static Bytes indefiniteMap(Bytes... keysAndValues) {
        return Bytes.concat(hex("bf"), Bytes.concat(keysAndValues), BREAK);
    }

    public static Bytes indefiniteArray(Bytes... items) {
        return Bytes.concat(hex("9f"), Bytes.concat(items), BREAK);
    }

    public static Bytes tag(int number, Bytes item) {
        return Bytes.concat(head(6, number), item);
    }

    /** The entries of {@code fields} in its order, text strings as keys; null values are left out. */
    public static Bytes[] entries(Map<String, Bytes> fields) {
        return fields.entrySet().stream()
                .filter(field -> field.getValue() != null)
                .flatMap(field -> java.util.stream.Stream.of(text(field.getKey()), field.getValue()))
                .toArray(Bytes[]::new);
    }

    /** The shortest initial bytes of a major type with this argument. */
    public static Bytes head(int major, long argument) {
        if (Long.compareUnsigned(argument, 24) < 0) {
            return Bytes.of((byte) ((major << 5) | argument));
        }
        int info = Long.compareUnsigned(argument, 0x100) < 0
                ? 24
                : Long.compareUnsigned(argument, 0x10000) < 0
                        ? 25
                        : Long.compareUnsigned(argument, 0x1_0000_0000L) < 0 ? 26 : 27;
        return headOf(major, info, argument);
    }

    /** Initial bytes with additional information {@code info}, shortest or not. */
    public static Bytes headOf(int major, int info, long argument) {
        int width = 1 << (info - 24);
        byte[] head = new byte[1 + width];
        head[0] = (byte) ((major << 5) | info);
        for (int i = 0; i < width; i++) {
            head[1 + i] = (byte) (argument >>> (8 * (width - 1 - i)));
        }
        return Bytes.of(head);
    }
}
