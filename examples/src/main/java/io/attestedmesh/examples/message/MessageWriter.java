package io.attestedmesh.examples.message;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.examples.ed25519.Point;
import io.attestedmesh.examples.ed25519.Scalar;
import java.io.ByteArrayOutputStream;

/** Writes the fields of one message in order. */
public final class MessageWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    public MessageWriter(MessageKind kind) {
        out.write(kind.code());
    }

    /** From 0 to 255. */
    public MessageWriter number(int value) {
        if (value < 0 || value > 255) {
            throw new IllegalArgumentException(value + " does not fit into a byte");
        }
        out.write(value);
        return this;
    }

    public MessageWriter scalar(Scalar scalar) {
        return bytes(scalar.encode());
    }

    public MessageWriter point(Point point) {
        return bytes(point.encode());
    }

    /** Without a length: the reader knows it. */
    public MessageWriter bytes(Bytes bytes) {
        out.writeBytes(bytes.toByteArray());
        return this;
    }

    public byte[] toByteArray() {
        return out.toByteArray();
    }
}
