package io.attestedmesh.enclave.ramdisk;

import io.attestedmesh.attest.evidence.Excerpt;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Contents out of archives, one behind the other in one file that only its owner can read. */
final class Spool implements Closeable {
    static final Spool NONE = new Spool(null, 0);

    private final Path file;
    private final long limit;
    private long size;

    private Spool(Path file, long limit) {
        this.file = file;
        this.limit = limit;
    }

    static Spool in(Path folder) throws IOException {
        return in(folder, FileTree.MAX_BYTES);
    }

    /** @param limit bytes that all contents may have together */
    static Spool in(Path folder, long limit) throws IOException {
        return new Spool(Files.createTempFile(folder, "amesh-", ".spool"), limit);
    }

    /**
     * Copies a file of an archive.
     *
     * @throws RamdiskException if it has more bytes than a file may have, or all have more than fit, or it breaks off
     * @throws IOException if it could not be written
     */
    Content add(InputStream in) throws IOException, RamdiskException {
        long from = size;
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            byte[] buffer = new byte[1 << 16];
            for (int read = read(in, buffer); read >= 0; read = read(in, buffer)) {
                if (size + read > limit || size + read - from > FileTree.MAX_FILE) {
                    throw new RamdiskException(
                            RamdiskReason.TOO_LARGE,
                            "files of at most " + FileTree.MAX_FILE + " bytes, " + limit + " in all",
                            "more");
                }
                out.write(buffer, 0, read);
                size += read;
            }
        }
        return Content.of(file, from, size - from);
    }

    private static int read(InputStream in, byte[] buffer) throws RamdiskException {
        try {
            return in.read(buffer);
        } catch (IOException e) {
            throw new RamdiskException(
                    RamdiskReason.BAD_ARCHIVE, "a whole file", Excerpt.of(String.valueOf(e.getMessage())), e);
        }
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            Files.deleteIfExists(file);
        }
    }
}
