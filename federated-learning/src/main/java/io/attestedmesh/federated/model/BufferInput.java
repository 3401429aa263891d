package io.attestedmesh.federated.model;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** The remaining bytes of a buffer as a stream, for parsers that read nothing else. */
final class BufferInput extends InputStream {
    private final ByteBuffer bytes;

    BufferInput(ByteBuffer bytes) {
        this.bytes = bytes.duplicate();
    }

    @Override
    public int read() {
        return bytes.hasRemaining() ? bytes.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, into.length);
        int count = Math.min(length, bytes.remaining());
        if (count == 0 && length > 0) {
            return -1;
        }
        bytes.get(into, offset, count);
        return count;
    }

    @Override
    public int available() {
        return bytes.remaining();
    }
}
