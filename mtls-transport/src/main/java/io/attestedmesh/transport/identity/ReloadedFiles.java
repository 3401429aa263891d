package io.attestedmesh.transport.identity;

import io.attestedmesh.transport.pki.PkiException;
import io.micrometer.core.instrument.Counter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A value read from files, and read again when their content changes. While what stands there now is broken, the last
 * good value stays: a file is often seen half written, or the key before its certificate.
 *
 * <p>Counts {@code amesh.files.reloads} with {@code what} and {@code result} = {@code ok} or {@code broken}.
 */
public final class ReloadedFiles<T> implements Supplier<T>, AutoCloseable {
    /** Reads the value from the files. */
    @FunctionalInterface
    public interface Reader<T> {
        T read() throws IOException, PkiException, GeneralSecurityException;
    }

    /** How often the files are looked at, unless said otherwise. */
    public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(10);

    private static final System.Logger LOG = System.getLogger(ReloadedFiles.class.getName());
    private static final long MAX_FILE_BYTES = 16L << 20;
    private static final int FAILURES_UNTIL_UNHEALTHY = 3;

    private final String what;
    private final List<Path> files;
    private final Reader<T> reader;
    private final boolean settled;
    private final Counter reloaded;
    private final Counter broken;
    private final Listeners listeners = new Listeners();
    private final ScheduledFuture<?> watching;
    private final ScheduledExecutorService scheduler;
    private volatile T value;
    private final AtomicInteger failures = new AtomicInteger();
    private byte[] seen;
    private boolean settling;

    private ReloadedFiles(
            String what, List<Path> files, Reader<T> reader, boolean settled, Duration interval, Upkeep upkeep)
            throws IOException, PkiException, GeneralSecurityException {
        this.what = what;
        this.files = List.copyOf(files);
        this.reader = reader;
        this.settled = settled;
        this.reloaded = upkeep.meters().counter("amesh.files.reloads", "what", what, "result", "ok");
        this.broken = upkeep.meters().counter("amesh.files.reloads", "what", what, "result", "broken");
        this.seen = digest();
        this.value = reader.read();
        this.scheduler = upkeep.scheduler();
        this.watching = upkeep.scheduler()
                .scheduleWithFixedDelay(this::look, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Reads {@code files} now, and looks at them again every {@code interval}.
     *
     * @param what for logs and metrics, such as {@code credential} or {@code revocation}
     */
    public static <T> ReloadedFiles<T> watch(
            String what, List<Path> files, Reader<T> reader, Duration interval, Upkeep upkeep)
            throws IOException, PkiException, GeneralSecurityException {
        return new ReloadedFiles<>(what, files, reader, false, interval, upkeep);
    }

    /** The same for a file of which a part looks like another whole: a change counts once it is the same at two looks. */
    public static <T> ReloadedFiles<T> watchSettled(
            String what, List<Path> files, Reader<T> reader, Duration interval, Upkeep upkeep)
            throws IOException, PkiException, GeneralSecurityException {
        return new ReloadedFiles<>(what, files, reader, true, interval, upkeep);
    }

    @Override
    public T get() {
        return value;
    }

    /** Runs {@code listener} after each change of the value, on the scheduler's thread, and again if one has thrown. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /** False once the files were found broken, or listeners have thrown, three times in a row. */
    public boolean healthy() {
        return failures.get() < FAILURES_UNTIL_UNHEALTHY;
    }

    /** Looks soon, for somebody who says that the files are whole now. */
    public void lookNow() {
        scheduler.execute(() -> {
            look();
            if (settling) {
                look();
            }
        });
    }

    private void look() {
        boolean changed = false;
        try {
            byte[] now = digest();
            changed = !Arrays.equals(now, seen);
            seen = now;
            if (changed && settled) {
                settling = true;
                return;
            }
            changed |= settling;
            settling = false;
            if (!changed && failures.get() == 0) {
                return;
            }
            value = reader.read();
            LOG.log(System.Logger.Level.INFO, "{0} reloaded from {1}", what, files);
        } catch (IOException
                | PkiException
                | GeneralSecurityException
                // the edge of the scheduler's thread: a task that throws would never run again
                | RuntimeException e) {
            int count = failures.incrementAndGet();
            broken.increment();
            if (changed || count == 1 || count == FAILURES_UNTIL_UNHEALTHY) {
                LOG.log(
                        healthy() ? System.Logger.Level.WARNING : System.Logger.Level.ERROR,
                        "event=reload.broken what=" + what + " failures=" + count + " the last good one stays in use",
                        e);
            }
            return;
        }
        // those who heard of it only in part hear of it again at the next look
        if (listeners.tell(what)) {
            failures.set(0);
            reloaded.increment();
        } else {
            failures.incrementAndGet();
            broken.increment();
        }
    }

    // the content decides, not the time stamp: a mounted secret may change without one
    private byte[] digest() throws IOException {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            for (Path file : files) {
                if (Files.exists(file) && !Files.isRegularFile(file)) {
                    // opening a pipe would wait for its writer, on a thread that others need
                    throw new IOException(file + " is no file, but a folder, a pipe or a device");
                }
                if (Files.size(file) > MAX_FILE_BYTES) {
                    throw new IOException(file + " is larger than " + MAX_FILE_BYTES + " bytes");
                }
                sha256.update(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
            }
            return sha256.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public void close() {
        watching.cancel(false);
    }
}
