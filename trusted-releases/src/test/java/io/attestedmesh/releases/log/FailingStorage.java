package io.attestedmesh.releases.log;

import io.attestedmesh.attest.evidence.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A folder whose writer dies at one of its writes: before it, or in it with a draft left behind. */
final class FailingStorage implements LogStorage {
    private final FolderStorage folder;
    private final int writes;
    private final boolean leavesDraft;
    private final List<String> written = new ArrayList<>();

    /** Dies at the write after {@code writes} of them. */
    FailingStorage(Path folder, int writes, boolean leavesDraft) {
        this.folder = new FolderStorage(folder);
        this.writes = writes;
        this.leavesDraft = leavesDraft;
    }

    /** Paths in the order of their writes. */
    List<String> written() {
        return written;
    }

    @Override
    public Optional<Bytes> read(String path, int max) throws IOException {
        return folder.read(path, max);
    }

    @Override
    public void write(String path, Bytes content) throws IOException {
        if (written.size() == writes) {
            if (leavesDraft) {
                Path file = folder.folder().resolve(path);
                Files.createDirectories(file.getParent());
                Files.write(
                        file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID()),
                        content.slice(0, content.size() / 2).toByteArray());
            }
            throw new PowerCut();
        }
        folder.write(path, content);
        written.add(path);
    }

    static final class PowerCut extends IOException {
        private static final long serialVersionUID = 1L;
    }
}
