package io.attestedmesh.voting.statement;

import io.attestedmesh.attest.evidence.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes fields one after another, each so that where it ends is known: numbers of 8 bytes, the rest behind its length. */
public final class CanonicalWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);

    /** A number, big-endian. */
    public CanonicalWriter number(long value) {
        out.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
        return this;
    }

    /** A length of four bytes, and the bytes. */
    public CanonicalWriter bytes(Bytes value) {
        return bytes(value.toByteArray());
    }

    /** The text's UTF-8. */
    public CanonicalWriter text(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    private CanonicalWriter bytes(byte[] value) {
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(value.length).array());
        out.writeBytes(value);
        return this;
    }

    /** All that was written. */
    public Bytes written() {
        return Bytes.of(out.toByteArray());
    }
}
