package io.attestedmesh.releases.log;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** That one process and one thread of it writes; the system lets go of it when the process dies. */
final class WriterLock implements AutoCloseable {
    private final FileChannel channel;
    private final FileLock lock;

    private WriterLock(FileChannel channel, FileLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /** Does not wait: somebody else's lock is an error that says so. */
    static WriterLock take(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return new WriterLock(channel, lock);
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new IOException("another thread is writing here: " + file, e);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw new IOException("another process is writing here: " + file);
    }

    /** Network file systems can take a lock away. */
    void requireHeld() throws IOException {
        if (!lock.isValid()) {
            throw new IOException("the lock was lost while writing");
        }
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            lock.release();
        }
    }
}
