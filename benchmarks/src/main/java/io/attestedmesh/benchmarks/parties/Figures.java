package io.attestedmesh.benchmarks.parties;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was measured, by name: each as often as there are rounds. Says each as it comes. */
final class Figures {
    private final Map<String, List<Double>> all = new LinkedHashMap<>();

    void add(String name, double value) {
        System.err.printf(Locale.ROOT, "  %s: %.3f%n", name, value);
        all.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
    }

    Map<String, List<Double>> all() {
        return Collections.unmodifiableMap(all);
    }

    double median(String name) {
        return median(all.get(name));
    }

    private static double median(List<Double> values) {
        return percentile(values, 50);
    }

    /** The value that so many percent of the others are below. */
    static double percentile(List<Double> values, int percent) {
        return values.stream()
                .sorted()
                .skip((long) values.size() * percent / 100)
                .findFirst()
                .orElseThrow();
    }

    String markdown() {
        StringBuilder table = new StringBuilder("| what | median | all rounds |\n|---|---|---|\n");
        all.forEach((name, values) -> table.append(String.format(
                Locale.ROOT,
                "| %s | %.3f | %s |%n",
                name,
                median(values),
                String.join(
                        ", ",
                        values.stream()
                                .map(value -> String.format(Locale.ROOT, "%.3f", value))
                                .toList()))));
        return table.toString();
    }
}
