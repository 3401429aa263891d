package io.attestedmesh.cli.telemetry;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads of the JDK's HTTP server, which reads and writes each exchange on one of them and waits for its client: so
 * many exchanges at once, each for so long, and one more is closed at once. An interrupt is what closes the connection of
 * an exchange that waits ({@link java.nio.channels.InterruptibleChannel}).
 */
final class ExchangeThreads implements Executor, AutoCloseable {
    private static final long IDLE_SECONDS = 30;

    private final ThreadPoolExecutor threads;
    private final ScheduledThreadPoolExecutor timer;
    private final Duration patience;

    /**
     * Starts none yet.
     *
     * @param patience the longest that an exchange may take
     */
    ExchangeThreads(int most, Duration patience) {
        this.threads = new ThreadPoolExecutor(
                0, most, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), daemon("amesh-telemetry"));
        this.timer = new ScheduledThreadPoolExecutor(1, daemon("amesh-telemetry-timer"));
        this.timer.setRemoveOnCancelPolicy(true);
        this.patience = patience;
    }

    private static ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    @Override
    public void execute(Runnable exchange) {
        try {
            threads.execute(() -> runInTime(exchange));
        } catch (RejectedExecutionException full) {
            turnAway(exchange);
        }
    }

    /** On the thread that accepts connections: an interrupted one waits for nobody. */
    private static void turnAway(Runnable exchange) {
        Thread.currentThread().interrupt();
        try {
            exchange.run();
        } finally {
            Thread.interrupted();
        }
    }

    private void runInTime(Runnable exchange) {
        Interruption interruption = new Interruption(Thread.currentThread());
        Future<?> due = timer.schedule(interruption, patience.toMillis(), TimeUnit.MILLISECONDS);
        try {
            exchange.run();
        } finally {
            due.cancel(false);
            interruption.noLonger();
        }
    }

    /** Of one exchange, never of the next one on the same thread. */
    private static final class Interruption implements Runnable {
        private final Thread thread;
        private boolean over;

        Interruption(Thread thread) {
            this.thread = thread;
        }

        @Override
        public synchronized void run() {
            if (!over) {
                thread.interrupt();
            }
        }

        synchronized void noLonger() {
            over = true;
            Thread.interrupted();
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        threads.shutdownNow();
    }
}
