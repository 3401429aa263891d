package io.attestedmesh.federated.gossip;

import io.attestedmesh.federated.aggregate.Update;
import io.attestedmesh.federated.gossip.wire.Weights;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.ModelReason;
import io.attestedmesh.federated.model.RejectedModelException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * Takes models that come. Nothing is read of one that is not expected, and a bad one costs its sender a mark: the node goes
 * on. Used by the node's loop.
 */
final class ModelReceiver {
    /** What a model is called; a whole one by its round alone. */
    private record Announced(String command, int round, List<String> contributors) {}

    private record Held(String source, Instant until) {}

    private final Rounds rounds;
    private final ModelFormats formats;
    private final Clock clock;
    private final Duration expected;
    private final Executor loop;
    private final Executor codecs;
    private final MeterRegistry meters;
    private final Counter received;
    private final Map<Announced, Held> held = new HashMap<>();
    private final Set<String> unreliable = new HashSet<>();
    private final Set<String> decoding = new HashSet<>();

    ModelReceiver(
            Rounds rounds,
            ModelFormats formats,
            Clock clock,
            Duration expected,
            Executor loop,
            Executor codecs,
            MeterRegistry meters) {
        this.rounds = rounds;
        this.formats = formats;
        this.clock = clock;
        this.expected = expected;
        this.loop = loop;
        this.codecs = codecs;
        this.meters = meters;
        this.received = meters.counter("amesh.gossip.models.received");
    }

    /**
     * Whether a model of that name may come: it is of use, and nobody else is sending the same. A node keeps others from
     * sending one model at a time, none any more once it announced one that did not come, and never its contributor.
     */
    boolean announced(String source, int round, List<String> arguments) throws RefusedMessageException {
        if (arguments.size() < 2) {
            throw new RefusedMessageException(
                    GossipReason.MALFORMED, "a command and what the model is called", arguments.size() + " arguments");
        }
        String command = arguments.get(0);
        boolean whole = !command.equals(Commands.PARTIAL_MODEL);
        Announced model =
                new Announced(command, round, whole ? List.of() : List.copyOf(arguments.subList(1, arguments.size())));
        if (!isExpected(source, model)) {
            return false;
        }
        forgetLate();
        if (unreliable.contains(source) || model.contributors.equals(List.of(source))) {
            return true;
        }
        Held before = held.get(model);
        if (before != null && !before.source.equals(source)) {
            return false;
        }
        if (before == null) {
            release(source);
            held.put(model, new Held(source, clock.instant().plus(expected)));
        }
        return true;
    }

    private void forgetLate() {
        Instant now = clock.instant();
        held.values().removeIf(late -> {
            boolean isLate = late.until.isBefore(now);
            if (isLate) {
                unreliable.add(late.source);
            }
            return isLate;
        });
    }

    private boolean isExpected(String source, Announced model) {
        try {
            requireExpected(source, model.command, model.round, model.contributors);
            return true;
        } catch (RefusedMessageException e) {
            return false; // a question is answered, not refused
        }
    }

    private void requireExpected(String source, String command, int round, List<String> contributors)
            throws RefusedMessageException {
        switch (command) {
            case Commands.INIT_MODEL -> rounds.requireFirstModelExpected(source, round);
            case Commands.FULL_MODEL -> rounds.requireAggregateExpected(source, round);
            case Commands.PARTIAL_MODEL -> rounds.requireUpdateExpected(source, round, contributors);
            default ->
                throw new RefusedMessageException(GossipReason.UNKNOWN_COMMAND, "a command that has a model", command);
        }
    }

    /** Takes a model, in the end; the future fails with a {@link RefusedMessageException}. */
    CompletableFuture<Void> received(String source, String command, int round, Weights weights) {
        List<String> contributors = List.copyOf(weights.getContributorsList());
        try {
            requireExpected(source, command, round, contributors);
            if (command.equals(Commands.PARTIAL_MODEL) && weights.getNumSamples() < 1) {
                throw bad(new RejectedModelException(
                        ModelReason.NO_EXAMPLES, "1 example or more", String.valueOf(weights.getNumSamples())));
            }
            if (!decoding.add(source)) {
                throw new RefusedMessageException(GossipReason.TOO_MANY, "one model at a time", "another");
            }
        } catch (RefusedMessageException e) {
            return CompletableFuture.failedFuture(e);
        }
        Model like = rounds.like();
        return CompletableFuture.supplyAsync(() -> decode(command, weights, like), codecs)
                .whenCompleteAsync(
                        (model, failure) -> {
                            decoding.remove(source);
                            release(source);
                        },
                        loop)
                .thenAcceptAsync(
                        model -> {
                            try {
                                received.increment();
                                accept(source, command, round, contributors, model, weights.getNumSamples());
                            } catch (RefusedMessageException e) {
                                throw new CompletionException(e);
                            }
                        },
                        loop);
    }

    private void release(String source) {
        held.values().removeIf(other -> other.source.equals(source));
    }

    private Model decode(String command, Weights weights, Model like) {
        try {
            Model model = formats.decode(weights.getWeights(), like);
            rounds.requireUsable(model, like, command.equals(Commands.PARTIAL_MODEL) ? weights.getNumSamples() : 1);
            return model;
        } catch (RejectedModelException e) {
            throw new CompletionException(bad(e));
        }
    }

    private RefusedMessageException bad(RejectedModelException why) {
        meters.counter(
                        "amesh.gossip.models.refused",
                        "reason",
                        why.reason().name().toLowerCase(Locale.ROOT))
                .increment();
        return new RefusedMessageException(GossipReason.BAD_MODEL, why.expected(), why.reason() + ": " + why.actual());
    }

    // another may have come while this one was read
    private void accept(String source, String command, int round, List<String> contributors, Model model, int examples)
            throws RefusedMessageException {
        requireExpected(source, command, round, contributors);
        switch (command) {
            case Commands.INIT_MODEL -> rounds.firstModel(model);
            case Commands.FULL_MODEL -> rounds.aggregate(model);
            default -> rounds.update(source, new Update(contributors, model, examples));
        }
    }
}
