package io.attestedmesh.federated.gossip;

import io.attestedmesh.federated.aggregate.Aggregation;
import io.attestedmesh.federated.aggregate.AggregationRule;
import io.attestedmesh.federated.aggregate.Update;
import io.attestedmesh.federated.learn.Learner;
import io.attestedmesh.federated.learn.Scalar;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.RejectedModelException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;

/** The learner, on a thread of its own, and the arithmetic, which goes on if the learner hangs. */
final class Trainer {
    /** What one round of training came to. */
    record Trained(Model model, long examples, Map<String, Double> metrics) {}

    private final Learner learner;
    private final ExecutorService thread;
    private final Executor arithmetic;
    private volatile Future<?> running = CompletableFuture.completedFuture(null);

    Trainer(Learner learner, ExecutorService thread, Executor arithmetic) {
        this.learner = learner;
        this.thread = thread;
        this.arithmetic = arithmetic;
    }

    CompletableFuture<Model> model() {
        return run(learner::get);
    }

    CompletableFuture<Trained> train(Model from, Map<String, Scalar> config) {
        return run(() -> {
            learner.set(from);
            Learner.Fit fit = learner.fit(config);
            return new Trained(learner.get(), fit.examples(), numbers(fit.metrics()));
        });
    }

    /** Measures a model that is kept from then on. */
    CompletableFuture<Map<String, Double>> evaluate(Model model, Map<String, Scalar> config) {
        return run(() -> {
            learner.set(model);
            Learner.Evaluation evaluation = learner.evaluate(config);
            Map<String, Double> metrics = new LinkedHashMap<>(numbers(evaluation.metrics()));
            metrics.put("loss", evaluation.loss());
            return metrics;
        });
    }

    /** The next model of a network whose nodes began with {@code global}. */
    CompletableFuture<Model> aggregate(AggregationRule rule, Model global, List<Update> updates) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return aggregation(rule, global, updates).result();
                    } catch (RejectedModelException e) {
                        throw new CompletionException(e);
                    }
                },
                arithmetic);
    }

    static Aggregation aggregation(AggregationRule rule, Model global, List<Update> updates)
            throws RejectedModelException {
        Aggregation aggregation = rule.begin(global);
        for (Update update : updates) {
            aggregation.add(update);
        }
        return aggregation;
    }

    /** Interrupts the learner. */
    void cancel() {
        running.cancel(true);
    }

    private <T> CompletableFuture<T> run(Callable<T> task) {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        try {
            running = thread.submit(() -> {
                try {
                    outcome.complete(task.call());
                } catch (Throwable e) { // whatever a learner does must not leave a round waiting
                    outcome.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            outcome.completeExceptionally(e);
        }
        return outcome;
    }

    private static Map<String, Double> numbers(Map<String, Scalar> metrics) {
        Map<String, Double> numbers = new HashMap<>();
        metrics.forEach((name, value) -> value.number().ifPresent(number -> numbers.put(name, number)));
        return numbers;
    }
}
