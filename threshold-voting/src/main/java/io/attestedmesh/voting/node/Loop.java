package io.attestedmesh.voting.node;

import io.attestedmesh.voting.journal.JournalException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The one thread that owns a replica. It takes what waits, as much at once as there is, then makes all of it durable
 * together, and then sends: one write to the disk serves many votes. What nothing follows from yet may wait a moment for it.
 */
final class Loop implements Executor, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Loop.class.getName());
    private static final int MOST_AT_ONCE = 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration MOMENT = Duration.ofMillis(5);

    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final List<Runnable> afterwards = new ArrayList<>();
    private final Duration period;
    private final Runnable tick;
    private final Settle settle;
    private final Runnable rest;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Thread thread;
    private volatile boolean stopped;

    /** Makes durable what the tasks before it did, and sends. */
    @FunctionalInterface
    interface Settle {
        /**
         * Settles.
         *
         * @param now false if it may be put off for a moment
         * @return whether it was put off
         */
        boolean run(boolean now);
    }

    /**
     * Does nothing before {@link #start}.
     *
     * @param tick is run in each period
     * @param settle runs after tasks
     * @param rest is run when a period has passed without any task
     */
    Loop(String name, Duration period, Runnable tick, Settle settle, Runnable rest) {
        this.period = period;
        this.tick = tick;
        this.settle = settle;
        this.rest = rest;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Does nothing once it has ended. */
    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (ended.isDone()) {
            tasks.clear(); // nobody would take it, and peers go on sending
        }
    }

    /** From a task: to be run once what the task did is durable. */
    void afterwards(Runnable what) {
        afterwards.add(what);
    }

    /** Completed when it has ended: with a failure if the journal did that. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    private void run() {
        try {
            long next = System.nanoTime();
            boolean putOff = false;
            long settleBy = next;
            while (!stopped || putOff || !tasks.isEmpty()) {
                long now = System.nanoTime();
                boolean idle = !takeSome(putOff ? Math.min(next - now, settleBy - now) : next - now);
                if (System.nanoTime() - next >= 0) {
                    guarded(tick);
                    next = System.nanoTime() + period.toNanos();
                }
                boolean late = putOff && System.nanoTime() - settleBy >= 0;
                boolean before = putOff;
                putOff = settle.run(late || stopped || !afterwards.isEmpty());
                if (putOff && !before) {
                    settleBy = System.nanoTime() + MOMENT.toNanos();
                }
                List<Runnable> settled = List.copyOf(afterwards);
                afterwards.clear();
                settled.forEach(this::guarded);
                if (idle && !putOff && tasks.isEmpty()) {
                    guarded(rest);
                }
            }
            ended.complete(null);
        } catch (InterruptedException e) {
            ended.complete(null);
        } catch (Throwable e) { // a node whose journal fails may not go on: it could sign twice
            LOG.log(System.Logger.Level.ERROR, "event=voting.stopped the node stops", e);
            ended.completeExceptionally(e);
        }
        tasks.clear();
    }

    /** False if there was nothing to take. */
    private boolean takeSome(long nanos) throws InterruptedException {
        Runnable task = tasks.poll(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        boolean some = task != null;
        for (int taken = 1; task != null; taken++) {
            guarded(task);
            task = taken < MOST_AT_ONCE ? tasks.poll() : null;
        }
        return some;
    }

    /** Nothing that a peer can do ends a node: what goes wrong ends the task that it went wrong in. */
    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (JournalException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "event=voting.failed", e);
        }
    }

    /** Does what waits, and ends. */
    @Override
    public void close() {
        stopped = true;
        execute(() -> {});
        try {
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread.interrupt();
    }
}
