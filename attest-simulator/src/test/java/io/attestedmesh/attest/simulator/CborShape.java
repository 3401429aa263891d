package io.attestedmesh.attest.simulator;

import io.attestedmesh.attest.evidence.Bytes;
import java.nio.charset.StandardCharsets;

/**
 * The structure of an encoded CBOR item without its variable contents: types, framing, widths of heads, lengths of short
 * strings, keys.
 */
final class CborShape {
    private static final int LONGEST_FIXED_STRING = 96;

    private final Bytes in;
    private final StringBuilder out = new StringBuilder();
    private int at;

    private CborShape(Bytes in) {
        this.in = in;
    }

    static String of(Bytes item) {
        CborShape shape = new CborShape(item);
        shape.item("");
        if (shape.at != item.size()) {
            throw new IllegalArgumentException("bytes after the item");
        }
        return shape.out.toString();
    }

    private void item(String indent) {
        int head = in.at(at++);
        int info = head & 31;
        if (head == 0xf6) {
            out.append("null\n");
            return;
        }
        long argument = info == 31 ? -1 : argument(info);
        int width = info < 24 ? 0 : 1 << (info - 24);
        switch (head >> 5) {
            case 0 -> out.append("unsigned/").append(width).append('\n');
            case 2, 3 -> string(head >> 5 == 2 ? "bytes" : "text", (int) argument, width);
            case 4 -> array(argument, indent);
            case 5 -> map(argument, indent);
            default -> throw new IllegalArgumentException("head " + head);
        }
    }

    private void string(String kind, int length, int width) {
        out.append(kind).append('/').append(width);
        if (length <= LONGEST_FIXED_STRING) {
            out.append(" of ").append(length);
        }
        out.append('\n');
        at += length;
    }

    private void array(long count, String indent) {
        out.append("array of ").append(count).append('\n');
        for (long i = 0; i < count; i++) {
            out.append(indent).append("  - ");
            item(indent + "  ");
        }
    }

    private void map(long count, String indent) {
        out.append(count < 0 ? "indefinite map\n" : "map of " + count + "\n");
        for (long i = 0; i != count && in.at(at) != 0xff; i++) {
            out.append(indent).append("  ").append(key()).append(": ");
            item(indent + "  ");
        }
        if (count < 0) {
            at++;
        }
    }

    private String key() {
        int head = in.at(at++);
        int argument = (int) argument(head & 31);
        if (head >> 5 == 0) {
            return Integer.toString(argument);
        }
        at += argument;
        return new String(in.slice(at - argument, at).toByteArray(), StandardCharsets.UTF_8);
    }

    private long argument(int info) {
        if (info < 24) {
            return info;
        }
        long value = 0;
        for (int left = 1 << (info - 24); left > 0; left--) {
            value = (value << 8) | in.at(at++);
        }
        return value;
    }
}
