package io.attestedmesh.enclave.image;

import java.nio.ByteBuffer;

/**
 * One section of an image file.
 *
 * @param offset of its header in the file, in bytes
 * @param size of its data, in bytes
 */
public record Section(SectionType type, long offset, long size) {
    /** u16 type, u16 flags, u64 size, big-endian. */
    static final int HEADER_SIZE = 12;

    /** Where its data begins. */
    public long start() {
        return offset + HEADER_SIZE;
    }

    /** Where the next one begins. */
    public long end() {
        return start() + size;
    }

    byte[] header() {
        return ByteBuffer.allocate(HEADER_SIZE)
                .putShort((short) type.code())
                .putShort((short) 0)
                .putLong(size)
                .array();
    }
}
