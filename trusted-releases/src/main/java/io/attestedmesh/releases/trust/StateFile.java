package io.attestedmesh.releases.trust;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.file.AtomicFile;
import io.attestedmesh.attest.file.LockFile;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A state file that this process alone uses, from opening to closing: two that took turns would each undo what the other
 * has seen. The lock is on {@code FILE.lock}, for the file itself is replaced at each change; the system lets go of it
 * when the process ends, however it does.
 */
final class StateFile implements Closeable {
    private final Path file;
    private final LockFile lock;

    private StateFile(Path file, LockFile lock) {
        this.file = file;
        this.lock = lock;
    }

    /** Fails if another user of the file has it open, in this process or another. */
    static StateFile open(Path named) throws IOException {
        // What a link leads to is the state: replacing the link would leave it behind, on another volume perhaps.
        Path file = Files.isSymbolicLink(named) ? named.toRealPath() : named;
        LockFile lock = LockFile.tryTake(file.resolveSibling(file.getFileName() + ".lock"))
                .orElseThrow(() ->
                        new IOException("the state file " + file + " is in use; each client needs one of its own"));
        try {
            AtomicFile.deleteDrafts(file);
            return new StateFile(file, lock);
        } catch (IOException e) {
            lock.close();
            throw e;
        }
    }

    /** What is there, of which no more is read than {@link ReleaseState} may have; empty if nothing was ever written. */
    Optional<Bytes> read() throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of(Bytes.of(in.readNBytes(ReleaseState.MAX_BYTES + 1)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** On return the state is on disk; on failure it is what it was, or the new one that may not last. */
    void write(ReleaseState state) throws IOException {
        lock.requireHeld();
        AtomicFile.write(file, state.encode().toByteArray(), AtomicFile.Access.OWNER);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
