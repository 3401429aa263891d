package io.attestedmesh.federated.server;

import io.attestedmesh.federated.learn.Scalar;
import java.util.Map;
import java.util.TreeMap;

/** Averages of named numbers, each over those who gave it, weighted by their examples. */
final class WeightedMeans {
    private static final int MOST_NAMES = 100;

    /** Leaves room for the sum of as many as there may be. */
    private static final double SPARE = 1e6;

    private record Sum(double value, double weight) {}

    private final Map<String, Sum> sums = new TreeMap<>();

    /** Texts, bytes and flags have no average, and what is not finite would spoil that of the others. */
    void add(Map<String, Scalar> metrics, long examples) {
        metrics.forEach((name, scalar) -> scalar.number().ifPresent(value -> add(name, value, examples)));
    }

    private void add(String name, double value, long examples) {
        if (Double.isFinite(value * SPARE * examples) && (sums.size() < MOST_NAMES || sums.containsKey(name))) {
            sums.merge(
                    name,
                    new Sum(value * examples, examples),
                    (a, b) -> new Sum(a.value() + b.value(), a.weight() + b.weight()));
        }
    }

    Map<String, Double> means() {
        Map<String, Double> means = new TreeMap<>();
        sums.forEach((name, sum) -> means.put(name, sum.value() / sum.weight()));
        return means;
    }
}
