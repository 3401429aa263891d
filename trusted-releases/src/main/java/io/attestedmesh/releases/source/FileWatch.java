package io.attestedmesh.releases.source;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import io.attestedmesh.attest.evidence.OneLine;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import java.util.Optional;

/**
 * Says when a file seems to have changed, by watching its folder: mounted configurations replace a link beside it. A
 * change may be missed, for which there are the looks.
 */
final class FileWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ReleaseFeed.class.getName());

    /** Tells apart what stands under the name at two times, without reading it. */
    private record Stamp(Optional<Object> identity, FileTime modified, long size) {
        static Optional<Stamp> of(Path file) {
            try {
                BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
                return Optional.of(new Stamp(Optional.ofNullable(now.fileKey()), now.lastModifiedTime(), now.size()));
            } catch (IOException absent) {
                return Optional.empty();
            }
        }
    }

    private final Path file;
    private final Path folder;
    private final Runnable changed;
    private final WatchService service;
    private Optional<WatchKey> key = Optional.empty();
    private Optional<Object> watched = Optional.empty();
    private Optional<Stamp> last;

    private FileWatch(Path file, Runnable changed) throws IOException {
        this.file = file;
        this.folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
        this.changed = changed;
        this.service = folder.getFileSystem().newWatchService();
        this.last = Stamp.of(file);
    }

    /** Runs {@code changed} on a daemon thread of its own; empty where the system cannot watch. */
    static Optional<FileWatch> start(Path file, Runnable changed) {
        if (file.toAbsolutePath().getParent() == null) {
            return Optional.empty();
        }
        try {
            FileWatch watch = new FileWatch(file, changed);
            watch.renew();
            Thread thread = new Thread(watch::run, "amesh-releases-watch");
            thread.setDaemon(true);
            thread.start();
            return Optional.of(watch);
        } catch (IOException | UnsupportedOperationException e) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "event=releases.unwatched source=\"" + OneLine.of(file.toString())
                            + "\" changes are found by polling",
                    e);
            return Optional.empty();
        }
    }

    /** Watches the folder again if it was away, or is another one by now. */
    synchronized void renew() {
        Optional<Object> now = Stamp.of(folder).flatMap(Stamp::identity);
        if (key.filter(WatchKey::isValid).isPresent() && now.equals(watched)) {
            return;
        }
        key.ifPresent(WatchKey::cancel);
        watched = now;
        try {
            key = Optional.of(folder.register(service, ENTRY_CREATE, ENTRY_MODIFY, ENTRY_DELETE));
        } catch (IOException | ClosedWatchServiceException absent) {
            key = Optional.empty();
        }
    }

    private void run() {
        try {
            while (true) {
                WatchKey next = service.take();
                next.pollEvents();
                boolean valid = next.reset();
                if (isChanged() || !valid) {
                    changed.run();
                }
            }
        } catch (ClosedWatchServiceException end) {
            LOG.log(System.Logger.Level.DEBUG, "the watch has ended");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // Other files of the folder change too.
    private boolean isChanged() {
        Optional<Stamp> now = Stamp.of(file);
        boolean different = !now.equals(last);
        last = now;
        return different;
    }

    @Override
    public void close() {
        try {
            service.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a closed watch is no loss", e);
        }
    }
}
