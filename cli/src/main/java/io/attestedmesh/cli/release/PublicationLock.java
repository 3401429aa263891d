package io.attestedmesh.cli.release;

import io.attestedmesh.cli.command.CommandException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * That one publication at a time replaces a file: else one that read the version before could put it back over the next,
 * as a refresh by the clock can meet a person. The system lets go of it when the process dies; its file stays.
 */
final class PublicationLock implements AutoCloseable {
    private final FileChannel channel;
    private final FileLock lock;

    private PublicationLock(FileChannel channel, FileLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /** Does not wait. */
    static PublicationLock take(Path published) throws IOException, CommandException {
        Path file = published.resolveSibling("." + published.getFileName() + ".lock");
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return new PublicationLock(channel, lock);
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw busy(published);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw busy(published);
    }

    private static CommandException busy(Path published) {
        return CommandException.failed(
                "another publication is writing " + published, "when it has ended, say it again");
    }

    /** Network file systems can take a lock away. */
    void requireHeld() throws IOException {
        if (!lock.isValid()) {
            throw new IOException("the lock was lost while publishing");
        }
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            lock.release();
        }
    }
}
