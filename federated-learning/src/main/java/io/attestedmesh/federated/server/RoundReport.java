package io.attestedmesh.federated.server;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a round came to.
 *
 * @param round from 1 on
 * @param trained whose updates are in the result
 * @param examples how many they stand for together
 * @param secure whether nothing but the sum of the updates was seen
 * @param failed who gave nothing that could be used, and why
 * @param unchanged why the parameters are those of before, if they are
 * @param fitMetrics what participants say of their training, averaged by examples
 * @param evaluated how many measured the result
 * @param loss theirs, averaged by examples; empty without evaluation
 * @param evaluateMetrics what else they measured, averaged alike
 */
public record RoundReport(
        int round,
        Instant began,
        Instant ended,
        List<String> trained,
        long examples,
        boolean secure,
        Map<String, String> failed,
        Optional<String> unchanged,
        Map<String, Double> fitMetrics,
        int evaluated,
        OptionalDouble loss,
        Map<String, Double> evaluateMetrics) {}
