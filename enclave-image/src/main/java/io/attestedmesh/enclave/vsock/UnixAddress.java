package io.attestedmesh.enclave.vsock;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A socket in the file system: what stands in for vsock where there is none.
 *
 * @param path at most 107 bytes
 */
public record UnixAddress(Path path) implements StreamAddress {
    static final int AF_UNIX = 1;

    private static final int LONGEST = 107;

    public UnixAddress {
        int size = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (size == 0 || size > LONGEST) {
            throw new IllegalArgumentException(
                    "the path of a Unix socket has 1 to " + LONGEST + " bytes, not " + size + ": " + path);
        }
    }

    @Override
    public int family() {
        return AF_UNIX;
    }

    @Override
    public byte[] encoded() {
        byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Short.BYTES + name.length + 1)
                .order(ByteOrder.nativeOrder())
                .putShort((short) AF_UNIX)
                .put(name)
                .array();
    }

    @Override
    public String toString() {
        return "unix:" + path;
    }
}
