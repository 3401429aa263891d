package io.attestedmesh.enclave.parent;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A file of lines that never grows beyond a size: what it held becomes {@code FILE.1}, and what that held is gone. */
public final class LogFile implements LogSink.Lines, AutoCloseable {
    private final Path file;
    private final Path older;
    private final long most;
    private OutputStream out;
    private long size;

    /** @param most bytes of each of the two files, a line more at most */
    public LogFile(Path file, long most) throws IOException {
        this.file = file;
        this.older = file.resolveSibling(file.getFileName() + ".1");
        this.most = most;
        open();
    }

    private void open() throws IOException {
        out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        size = Files.size(file);
    }

    @Override
    public void write(String line) throws IOException {
        if (size >= most) {
            out.close();
            Files.move(file, older, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            open();
        }
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        out.write(bytes);
        size += bytes.length;
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
