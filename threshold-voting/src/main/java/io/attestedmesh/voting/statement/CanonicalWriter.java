package io.attestedmesh.voting.statement;

import io.attestedmesh.attest.evidence.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes fields one after another, each so that where it ends is known: numbers of 8 bytes, the rest behind its length. */
public final class CanonicalWriter {
    private ByteBuffer out = ByteBuffer.allocate(512);

    /** A number, big-endian. */
    public CanonicalWriter number(long value) {
        require(Long.BYTES);
        out.putLong(value);
        return this;
    }

    /** A length of four bytes, and the bytes. */
    public CanonicalWriter bytes(Bytes value) {
        return bytes(value.asByteBuffer());
    }

    /** The text's UTF-8. */
    public CanonicalWriter text(String value) {
        return bytes(ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
    }

    private CanonicalWriter bytes(ByteBuffer value) {
        require(Math.addExact(Integer.BYTES, value.remaining()));
        out.putInt(value.remaining()).put(value);
        return this;
    }

    private void require(int more) {
        if (out.remaining() < more) {
            int size = Math.max(Math.multiplyExact(2, out.capacity()), Math.addExact(out.position(), more));
            out = ByteBuffer.allocate(size).put(out.flip());
        }
    }

    /** All that was written. */
    public Bytes written() {
        return Bytes.of(out.duplicate().flip());
    }
}
