package io.attestedmesh.enclave.ramdisk;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Contents out of archives, one behind the other in one file that only its owner can read. */
final class Spool implements Closeable {
    static final Spool NONE = new Spool(null);

    private final Path file;
    private long size;

    private Spool(Path file) {
        this.file = file;
    }

    static Spool in(Path folder) throws IOException {
        return new Spool(Files.createTempFile(folder, "amesh-", ".spool"));
    }

    /** Copies at most what a file may have; one byte more shows in its size, which {@link FileTree#put} refuses. */
    Content add(InputStream in) throws IOException {
        long from = size;
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            byte[] buffer = new byte[1 << 16];
            int read;
            while (size - from <= FileTree.MAX_FILE && (read = in.read(buffer)) >= 0) {
                out.write(buffer, 0, read);
                size += read;
            }
        }
        return Content.of(file, from, size - from);
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            Files.deleteIfExists(file);
        }
    }
}
