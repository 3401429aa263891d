package io.attestedmesh.mpc.session;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The number of a session, 128 bits: the same at every party, and never used for a second session.
 *
 * @param high the upper 64 bits
 * @param low the lower 64 bits
 */
public record SessionId(long high, long low) {
    /** Bytes of its encoding. */
    public static final int SIZE = 16;

    public static SessionId random(SecureRandom random) {
        return new SessionId(random.nextLong(), random.nextLong());
    }

    /**
     * Reads 16 bytes, most significant first.
     *
     * @throws IllegalArgumentException if there are more or fewer
     */
    public static SessionId of(ByteBuffer bytes) {
        if (bytes.remaining() != SIZE) {
            throw new IllegalArgumentException("a session id of " + bytes.remaining() + " bytes");
        }
        return new SessionId(bytes.getLong(bytes.position()), bytes.getLong(bytes.position() + Long.BYTES));
    }

    /**
     * Reads 32 hexadecimal digits.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static SessionId parse(String digits) {
        return of(ByteBuffer.wrap(HexFormat.of().parseHex(digits)));
    }

    /** 16 bytes, most significant first. */
    public byte[] toByteArray() {
        return ByteBuffer.allocate(SIZE).putLong(high).putLong(low).array();
    }

    /** 32 hexadecimal digits. */
    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
    }
}
