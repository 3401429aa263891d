package io.attestedmesh.federated.gossip;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The one thread on which the state of a node changes. */
final class Loop implements Executor {
    private static final System.Logger LOG = System.getLogger(Loop.class.getName());

    private final ScheduledExecutorService timer;
    private volatile Thread thread;

    /** @param timer of one thread */
    Loop(ScheduledExecutorService timer) {
        this.timer = timer;
        execute(() -> thread = Thread.currentThread());
    }

    /** Whether this is its thread. */
    boolean isHere() {
        return Thread.currentThread() == thread;
    }

    /** Does nothing once the node is closed. */
    @Override
    public void execute(Runnable task) {
        later(Duration.ZERO, task);
    }

    void later(Duration delay, Runnable task) {
        try {
            var unused = timer.schedule(guarded(task), delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            LOG.log(System.Logger.Level.DEBUG, "event=federated.gossip.closed");
        }
    }

    void every(Duration period, Runnable task) {
        var unused = timer.scheduleAtFixedRate(guarded(task), 0, period.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Nothing that a peer can do ends a node: what goes wrong ends the task that it went wrong in. */
    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Throwable e) { // a task that is repeated would end for ever
                LOG.log(System.Logger.Level.ERROR, "event=federated.gossip.failed", e);
            }
        };
    }
}
