package io.attestedmesh.federated.gossip;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** The threads of a node: one for its state, one for its learner, one that saves, and some for models and connections. */
final class NodeThreads implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(NodeThreads.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(daemon("gossip"));
    final ExecutorService learning = Executors.newSingleThreadExecutor(daemon("gossip-training"));
    final ExecutorService saving = Executors.newSingleThreadExecutor(daemon("gossip-saving"));
    final ExecutorService models = Executors.newFixedThreadPool(2, daemon("gossip-models"));
    final ExecutorService closing = Executors.newCachedThreadPool(daemon("gossip-closing"));

    private static ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Ends all but {@link #closing}, and saves what was to be saved. */
    @Override
    public void close() {
        timer.shutdownNow();
        learning.shutdownNow();
        models.shutdownNow();
        saving.shutdown();
        try {
            boolean saved = saving.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            if (!saved || !timer.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.log(System.Logger.Level.WARNING, "event=federated.gossip.slow-end saved=" + saved);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
