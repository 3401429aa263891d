package io.attestedmesh.federated.gossip;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Sends models for as long as a stage lasts: to a few nodes at a time, to the next as soon as one is done, to each once in a
 * period unless it says that it needs more. Used by the node's loop.
 */
final class Spread {
    private final Setup setup;
    private final Stages stages;
    private final Supplier<List<Neighbour>> lacking;
    private final Predicate<Neighbour> early;
    private final Function<Neighbour, CompletableFuture<Void>> send;
    private final BooleanSupplier mayEnd;
    private final Runnable end;
    private final Turns turns;
    private final Set<String> tried = new HashSet<>();
    private final Set<String> underway = new HashSet<>();
    /** Those that needed more while something was under way to them. */
    private final Set<String> waiting = new HashSet<>();

    private int periods;

    /**
     * @param lacking to whom models are sent
     * @param early those who get something in the first period already
     * @param mayEnd whether it ends when nobody lacks anything, or nothing changes any more
     */
    Spread(
            Setup setup,
            Stages stages,
            Supplier<List<Neighbour>> lacking,
            Predicate<Neighbour> early,
            Function<Neighbour, CompletableFuture<Void>> send,
            BooleanSupplier mayEnd,
            Runnable end) {
        this.setup = setup;
        this.stages = stages;
        this.lacking = lacking;
        this.early = early;
        this.send = send;
        this.mayEnd = mayEnd;
        this.end = end;
        this.turns = new Turns(setup.timing().idleTurns());
    }

    void begin() {
        stages.everyTurn(this::turn);
    }

    private void turn() {
        List<Neighbour> left = lacking.get();
        boolean idle = turns.idle(left.stream().map(Neighbour::address).toList());
        if (mayEnd.getAsBoolean() && (left.isEmpty() || idle)) {
            end.run();
            return;
        }
        periods++;
        again();
    }

    /** There is something new for everybody. */
    void again() {
        tried.clear();
        waiting.addAll(underway);
        sendNext();
    }

    /** That node may take now what it did not take before. */
    void again(String node) {
        if (underway.contains(node)) {
            waiting.add(node);
        } else if (tried.remove(node)) {
            sendNext();
        }
    }

    /** Somebody lacks less than before. */
    void changed() {
        if (mayEnd.getAsBoolean() && lacking.get().isEmpty()) {
            end.run();
        }
    }

    private void sendNext() {
        for (Neighbour to : stages.shuffled(lacking.get())) {
            boolean free = underway.size() < setup.timing().modelsAtOnce() && !underway.contains(to.address());
            if (free && (periods > 1 || early.test(to)) && tried.add(to.address())) {
                underway.add(to.address());
                stages.whenDone(send.apply(to), () -> {
                    underway.remove(to.address());
                    if (waiting.remove(to.address())) {
                        tried.remove(to.address());
                    }
                    sendNext();
                });
            }
        }
    }
}
