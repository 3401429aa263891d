package io.attestedmesh.releases.log;

import io.attestedmesh.attest.file.LockFile;
import java.io.IOException;
import java.nio.file.Path;

/** That one process and one thread of it writes; the system lets go of it when the process dies. */
final class WriterLock implements AutoCloseable {
    private final LockFile lock;

    private WriterLock(LockFile lock) {
        this.lock = lock;
    }

    /** Does not wait: somebody else's lock is an error that says so. */
    static WriterLock take(Path file) throws IOException {
        return new WriterLock(
                LockFile.tryTake(file).orElseThrow(() -> new IOException("somebody else is writing here: " + file)));
    }

    /** Network file systems can take a lock away. */
    void requireHeld() throws IOException {
        if (!lock.isHeld()) {
            throw new IOException("the lock was lost while writing");
        }
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
