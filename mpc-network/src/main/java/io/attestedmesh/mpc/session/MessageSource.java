package io.attestedmesh.mpc.session;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Where the bytes of a message come from that is too large for memory. They may be asked for more than once. */
public interface MessageSource {
    /** Bytes in all. */
    long size();

    /** The bytes from this offset to the end; closed by whoever asked. Read on a thread that may block. */
    InputStream from(long offset) throws IOException;

    /** A file, which nobody changes before the message is accepted. */
    static MessageSource of(Path file) throws IOException {
        long size = Files.size(file);
        return new MessageSource() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public InputStream from(long offset) throws IOException {
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                return Channels.newInputStream(channel.position(offset));
            }
        };
    }
}
