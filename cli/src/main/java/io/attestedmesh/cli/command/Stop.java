package io.attestedmesh.cli.command;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns SIGTERM and SIGINT into an orderly end: the process lives until this is closed, for half a minute at most, and its
 * exit status is the one that was given.
 */
public final class Stop implements AutoCloseable {
    private static final long SECONDS_TO_END = 30;

    private final Thread waiting = Thread.currentThread();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook = new Thread(this::end, "amesh-stop");

    private volatile ExitStatus status = ExitStatus.FAILED;
    private volatile boolean failed;
    private boolean ending;

    private Stop() {}

    /** From here on a signal interrupts this thread. */
    public static Stop onSignal() {
        Stop stop = new Stop();
        Runtime.getRuntime().addShutdownHook(stop.hook);
        return stop;
    }

    private void end() {
        interrupt();
        try {
            ended.await(SECONDS_TO_END, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // where the JVM would give 128 + the signal's number
        Runtime.getRuntime().halt(status.code());
    }

    /** What the process ends with after a signal; until this was said it is that of a failure. */
    public void status(ExitStatus ending) {
        status = ending;
    }

    /** Only until it ends: what it does then has to be done, and would be cut short. */
    private synchronized void interrupt() {
        if (!ending) {
            waiting.interrupt();
        }
    }

    /** Stops as a signal does, for something that the command needs is gone; not if it ends already. Any thread may call it. */
    public synchronized void fail() {
        failed |= !ending;
        interrupt();
    }

    /** Whether {@link #fail} was called. */
    public boolean hasFailed() {
        return failed;
    }

    /** Returns when this thread is interrupted: with the status of the end that begins now. */
    public ExitStatus await() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            // asked to stop
        }
        synchronized (this) {
            ending = true;
            boolean unused = Thread.interrupted(); // by whoever came second
            status(failed ? ExitStatus.FAILED : ExitStatus.DONE);
            return status;
        }
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // the hook waits for what comes now
        }
        ended.countDown();
    }
}
