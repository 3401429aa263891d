package io.attestedmesh.releases.source;

import io.attestedmesh.attest.evidence.OneLine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/** A file, read whole at each fetch: the content decides, a mounted one may change without another time stamp. */
final class FileSource implements ReleaseSource {
    private final Path file;
    private final int maxBytes;

    FileSource(Path file, int maxBytes) {
        this.file = file;
        this.maxBytes = maxBytes;
    }

    @Override
    public Optional<Fetched> fetch(Optional<Validator> seen) throws IOException {
        requireFile();
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of(new Fetched(Content.read(in, maxBytes), Optional.empty(), Optional.empty()));
        }
    }

    // Opening a pipe would wait for its writer.
    private void requireFile() throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(file, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            throw new IOException(describe() + " does not exist", e);
        }
        if (attributes.isDirectory()) {
            throw new IOException(
                    describe() + " is a folder; write a slash behind it for its " + FileLocation.IN_FOLDER);
        }
        if (!attributes.isRegularFile()) {
            throw new IOException(describe() + " is a pipe or a device, not a file");
        }
    }

    @Override
    public String describe() {
        return OneLine.of(file.toString());
    }

    @Override
    public Optional<Path> watched() {
        return Optional.of(file);
    }
}
