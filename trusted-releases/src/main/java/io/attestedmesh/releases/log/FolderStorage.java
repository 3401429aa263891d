package io.attestedmesh.releases.log;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.file.AtomicFile;
import io.attestedmesh.attest.file.AtomicFile.Access;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** A folder that a static file server can serve. */
record FolderStorage(Path folder) implements LogStorage {
    @Override
    public Optional<Bytes> read(String path, int max) throws IOException {
        try (InputStream in = Files.newInputStream(folder.resolve(path))) {
            byte[] content = in.readNBytes(max + 1);
            if (content.length > max) {
                throw new DamagedLogException(path, "longer than " + max + " bytes");
            }
            return Optional.of(Bytes.of(content));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public void write(String path, Bytes content) throws IOException {
        Path file = folder.resolve(path);
        AtomicFile.createFolder(file.toAbsolutePath().getParent(), Access.PUBLIC);
        // The lock is held: a draft is what a killed writer left.
        AtomicFile.deleteDrafts(file);
        AtomicFile.write(file, content.toByteArray(), Access.PUBLIC);
    }
}
