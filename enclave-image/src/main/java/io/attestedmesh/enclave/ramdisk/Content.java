package io.attestedmesh.enclave.ramdisk;

import io.attestedmesh.attest.evidence.Bytes;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.io.input.BoundedInputStream;

/**
 * The bytes of a regular file, where they are until they are written: in a file, or a part of one.
 *
 * @param size in bytes
 */
record Content(long size, Opening opening) {
    /** Opens the bytes from their beginning; more than {@code size} may come. */
    interface Opening {
        InputStream open() throws IOException;
    }

    static Content of(Bytes bytes) {
        return new Content(bytes.size(), () -> new ByteArrayInputStream(bytes.toByteArray()));
    }

    static Content of(Path file) throws IOException {
        return new Content(Files.size(file), () -> Files.newInputStream(file));
    }

    static Content of(Path file, long from, long size) {
        return new Content(size, () -> {
            SeekableByteChannel channel = Files.newByteChannel(file);
            channel.position(from);
            return Channels.newInputStream(channel);
        });
    }

    /** Exactly these bytes; they end early only where the file behind them became shorter. */
    InputStream bounded() throws IOException {
        return BoundedInputStream.builder()
                .setInputStream(opening.open())
                .setMaxCount(size)
                .get();
    }

    void writeTo(OutputStream out) throws IOException {
        try (InputStream in = opening.open()) {
            byte[] buffer = new byte[1 << 16];
            long left = size;
            while (left > 0) {
                int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
                if (read < 0) {
                    throw new EOFException("a file became shorter while it was read");
                }
                out.write(buffer, 0, read);
                left -= read;
            }
        }
    }
}
