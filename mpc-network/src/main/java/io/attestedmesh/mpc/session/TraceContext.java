package io.attestedmesh.mpc.session;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a session belongs in a distributed trace: what W3C Trace Context calls {@code traceparent}, version 00.
 *
 * @param high upper 64 bits of the trace id
 * @param low lower 64 bits of the trace id
 * @param parent id of the span
 * @param flags the trace flags; bit 0 says that it is sampled
 */
public record TraceContext(long high, long low, long parent, byte flags) {
    /** Bytes of its encoding. */
    public static final int SIZE = 25;

    private static final Pattern HEADER = Pattern.compile("00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})");

    public TraceContext {
        if ((high | low) == 0 || parent == 0) {
            throw new IllegalArgumentException("a trace id or span id of zeros, which stands for none");
        }
    }

    /**
     * Reads the value of a header {@code traceparent}.
     *
     * @throws IllegalArgumentException if it is of another version, or of none
     */
    public static TraceContext parse(String traceparent) {
        Matcher header = HEADER.matcher(traceparent);
        if (!header.matches()) {
            throw new IllegalArgumentException("not a traceparent of version 00");
        }
        return of(ByteBuffer.wrap(HexFormat.of().parseHex(header.group(1) + header.group(2) + header.group(3))));
    }

    /**
     * Reads 25 bytes: trace id, span id, flags.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static TraceContext of(ByteBuffer bytes) {
        if (bytes.remaining() != SIZE) {
            throw new IllegalArgumentException("a trace context of " + bytes.remaining() + " bytes");
        }
        ByteBuffer in = bytes.slice();
        return new TraceContext(in.getLong(), in.getLong(), in.getLong(), in.get());
    }

    /** 25 bytes: trace id, span id, flags. */
    public byte[] toByteArray() {
        return ByteBuffer.allocate(SIZE)
                .putLong(high)
                .putLong(low)
                .putLong(parent)
                .put(flags)
                .array();
    }

    /** The value of a header {@code traceparent}. */
    @Override
    public String toString() {
        HexFormat hex = HexFormat.of();
        return "00-" + hex.toHexDigits(high) + hex.toHexDigits(low) + "-" + hex.toHexDigits(parent) + "-"
                + hex.toHexDigits(flags);
    }
}
