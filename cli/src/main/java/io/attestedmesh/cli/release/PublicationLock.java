package io.attestedmesh.cli.release;

import io.attestedmesh.attest.file.LockFile;
import io.attestedmesh.cli.command.CommandException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * That one publication at a time replaces a file: else one that read the version before could put it back over the next,
 * as a refresh by the clock can meet a person. The system lets go of it when the process dies; its file stays.
 */
final class PublicationLock implements AutoCloseable {
    private final LockFile lock;

    private PublicationLock(LockFile lock) {
        this.lock = lock;
    }

    /** Does not wait. */
    static PublicationLock take(Path published) throws IOException, CommandException {
        Path file = published.resolveSibling("." + published.getFileName() + ".lock");
        return new PublicationLock(LockFile.tryTake(file)
                .orElseThrow(() -> CommandException.failed(
                        "another publication is writing " + published, "when it has ended, say it again")));
    }

    /** Network file systems can take a lock away. */
    void requireHeld() throws IOException {
        if (!lock.isHeld()) {
            throw new IOException("the lock was lost while publishing");
        }
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
