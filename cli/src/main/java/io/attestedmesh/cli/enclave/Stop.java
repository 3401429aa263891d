package io.attestedmesh.cli.enclave;

import io.attestedmesh.cli.command.ExitStatus;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Turns SIGTERM and SIGINT into an orderly end: the process lives until this is closed, for half a minute at most. */
final class Stop implements AutoCloseable {
    private static final long SECONDS_TO_END = 30;

    private final Thread waiting = Thread.currentThread();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook = new Thread(this::end, "amesh-stop");

    private Stop() {}

    /** From here on a signal interrupts this thread. */
    static Stop onSignal() {
        Stop stop = new Stop();
        Runtime.getRuntime().addShutdownHook(stop.hook);
        return stop;
    }

    private void end() {
        waiting.interrupt();
        try {
            ended.await(SECONDS_TO_END, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // an orderly stop is exit 0, where the JVM would give 128 + the signal's number
        Runtime.getRuntime().halt(ExitStatus.DONE.code());
    }

    /** Returns when this thread is interrupted. */
    void await() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            // asked to stop
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
