package io.attestedmesh.attest.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A file that one holder has at a time, in this process or another. The system lets go of it when the process ends. */
public final class LockFile implements Closeable {
    /**
     * Static because the lock is the process's: closing any channel of a file lets go of all locks that the process has on
     * it (POSIX, {@code fcntl}). So nothing here opens a file that is held.
     */
    private static final Set<String> HELD = ConcurrentHashMap.newKeySet();

    private final String name;
    private final FileChannel channel;
    private final FileLock lock;

    private LockFile(String name, FileChannel channel, FileLock lock) {
        this.name = name;
        this.channel = channel;
        this.lock = lock;
    }

    /** Takes {@code file}, which is made if it is not there, without waiting; empty if somebody has it. */
    public static Optional<LockFile> tryTake(Path file) throws IOException {
        try {
            Files.createFile(file);
        } catch (FileAlreadyExistsException e) {
            // As it is after its first use; it is never deleted.
        }
        String name = file.toRealPath().toString();
        if (!HELD.add(name)) {
            return Optional.empty();
        }
        Optional<LockFile> taken = Optional.empty();
        try {
            taken = ofTheSystem(file, name);
            return taken;
        } finally {
            if (taken.isEmpty()) {
                HELD.remove(name);
            }
        }
    }

    private static Optional<LockFile> ofTheSystem(Path file, String name) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return Optional.of(new LockFile(name, channel, lock));
            }
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        return Optional.empty();
    }

    /** The same where it is an error, which says so, that somebody has it. */
    public static LockFile take(Path file) throws IOException {
        return tryTake(file).orElseThrow(() -> new IOException("somebody else is writing here: " + file));
    }

    /** For the last moment before a change: fails once it was closed, or a network file system took the lock away. */
    public void requireHeld() throws IOException {
        if (!lock.isValid()) {
            throw new IOException("the lock was lost: " + name);
        }
    }

    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            try {
                channel.close();
            } finally {
                HELD.remove(name);
            }
        }
    }
}
