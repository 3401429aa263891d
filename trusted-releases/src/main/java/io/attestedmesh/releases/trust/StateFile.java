package io.attestedmesh.releases.trust;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.file.AtomicFile;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A state file that this process alone uses, from opening to closing: two that took turns would each undo what the other
 * has seen. The lock is on {@code FILE.lock}, for the file itself is replaced at each change; the system lets go of it
 * when the process ends, however it does.
 */
final class StateFile implements Closeable {
    private final Path file;
    private final FileChannel lock;

    private StateFile(Path file, FileChannel lock) {
        this.file = file;
        this.lock = lock;
    }

    /** Fails if another user of the file has it open, in this process or another. */
    static StateFile open(Path file) throws IOException {
        Path lockFile = file.resolveSibling(file.getFileName() + ".lock");
        FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            lock(channel, file);
            AtomicFile.deleteDrafts(file);
            return new StateFile(file, channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static void lock(FileChannel channel, Path file) throws IOException {
        FileLock held = null;
        try {
            held = channel.tryLock();
        } catch (OverlappingFileLockException sameProcess) {
            // Told as the null is that another process's lock gives.
        }
        if (held == null) {
            throw new IOException("the state file " + file + " is in use; each client needs one of its own");
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

    /** On return the state is on disk; on failure it is what it was. */
    void write(ReleaseState state) throws IOException {
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
