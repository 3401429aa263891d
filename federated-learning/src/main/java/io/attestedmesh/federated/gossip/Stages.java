package io.attestedmesh.federated.gossip;

import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.transport.Quoted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * The stage that a node is in, and what is to happen in it: timers and results of an earlier stage do nothing any more. Used
 * by the node's loop.
 */
final class Stages {
    private static final System.Logger LOG = System.getLogger(Stages.class.getName());

    private final Setup setup;
    private final Loop loop;
    private final Consumer<Stage> listener;
    private Stage stage = Stage.IDLE;
    private long era;

    /** @param listener hears of each stage; must not block */
    Stages(Setup setup, Loop loop, Consumer<Stage> listener) {
        this.setup = setup;
        this.loop = loop;
        this.listener = listener;
    }

    Stage now() {
        return stage;
    }

    void enter(Stage entered, int round) {
        era++;
        stage = entered;
        log("stage stage=" + entered, round);
        listener.accept(entered);
    }

    /** Refuses what is of no use now, which is for {@code of} while this node is in {@code round}. */
    void require(boolean ofUse, int round, int of) throws RefusedMessageException {
        if (!ofUse) {
            throw new RefusedMessageException(
                    GossipReason.NOT_EXPECTED, "what is of use in " + stage + " of round " + round, "round " + of);
        }
    }

    void log(String event, int round) {
        LOG.log(
                System.Logger.Level.INFO,
                () -> "event=federated.gossip." + event + " node=" + setup.self() + " round=" + round);
    }

    void roundDone(int round) {
        setup.meters().counter("amesh.gossip.rounds").increment();
        log("round-done", round - 1);
    }

    void later(Duration delay, Runnable task) {
        long set = era;
        loop.later(delay, () -> {
            if (set == era) {
                task.run();
            }
        });
    }

    <T> void then(CompletableFuture<T> outcome, Consumer<T> task, Consumer<Throwable> onFailure) {
        long set = era;
        var unused = outcome.whenComplete((result, failure) -> loop.execute(() -> {
            if (set != era) {
                return;
            }
            if (failure == null) {
                task.accept(result);
                return;
            }
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            log("learner-failed why=" + Quoted.of(OneLine.of(String.valueOf(cause))), -1);
            setup.meters().counter("amesh.gossip.learner.failures").increment();
            onFailure.accept(cause);
        }));
    }

    /** Does this when that is done, however it went. */
    void whenDone(CompletableFuture<?> outcome, Runnable task) {
        long set = era;
        var unused = outcome.whenComplete((result, failure) -> loop.execute(() -> {
            if (set == era) {
                task.run();
            }
        }));
    }

    /** Does this now, and then once in a period as long as the stage lasts. */
    void everyTurn(Runnable task) {
        later(setup.timing().modelPeriod(), () -> everyTurn(task)); // first: a turn that fails is not the last one
        task.run();
    }

    <T> List<T> shuffled(List<T> of) {
        List<T> left = new ArrayList<>(of);
        List<T> drawn = new ArrayList<>();
        while (!left.isEmpty()) {
            drawn.add(left.remove(setup.random().nextInt(left.size())));
        }
        return drawn;
    }
}
