package io.attestedmesh.cli.trust;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;

/** A copy of a state file, whose own belongs to a running node, in a folder that is gone when this is closed. */
final class StateCopy implements Closeable {
    private final Path folder;

    private StateCopy(Path folder) {
        this.folder = folder;
    }

    static StateCopy of(Path state) throws IOException {
        StateCopy copy = new StateCopy(Files.createTempDirectory("amesh-releases-"));
        try {
            Files.copy(state, copy.file(), StandardCopyOption.COPY_ATTRIBUTES);
        } catch (NoSuchFileException e) {
            return copy; // nothing was accepted yet
        } catch (IOException e) {
            copy.close();
            throw e;
        }
        return copy;
    }

    Path file() {
        return folder.resolve("state");
    }

    @Override
    public void close() throws IOException {
        try (var all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
