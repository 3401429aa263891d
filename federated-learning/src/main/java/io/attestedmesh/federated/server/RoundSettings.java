package io.attestedmesh.federated.server;

import io.attestedmesh.federated.learn.Scalar;
import java.time.Duration;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * How rounds go; the names and defaults are those that users of Flower know.
 *
 * @param rounds how many in all, counted from 1
 * @param fractionFit of those who are connected, so many train in a round
 * @param fractionEvaluate so many measure the result; 0 for no evaluation
 * @param minFitClients but never fewer
 * @param minEvaluateClients the same for evaluation
 * @param minAvailableClients a round waits until so many are connected
 * @param patience so long at most
 * @param fitTimeout what a participant gets to train, transport included
 * @param evaluateTimeout the same for evaluation
 * @param acceptFailures false: a round in which one of those chosen gave nothing changes nothing
 * @param config what participants are told for a round, beside {@code server_round}
 */
public record RoundSettings(
        int rounds,
        double fractionFit,
        double fractionEvaluate,
        int minFitClients,
        int minEvaluateClients,
        int minAvailableClients,
        Duration patience,
        Duration fitTimeout,
        Duration evaluateTimeout,
        boolean acceptFailures,
        IntFunction<Map<String, Scalar>> config) {
    public RoundSettings {
        requireAtLeast("rounds", 1, rounds);
        requireAtLeast("min-fit-clients", 1, minFitClients);
        requireAtLeast("min-evaluate-clients", 1, minEvaluateClients);
        requireAtLeast("min-available-clients", Math.max(minFitClients, minEvaluateClients), minAvailableClients);
        requireFraction("fraction-fit", fractionFit);
        requireFraction("fraction-evaluate", fractionEvaluate);
        requirePositive("patience", patience);
        requirePositive("fit-timeout", fitTimeout);
        requirePositive("evaluate-timeout", evaluateTimeout);
    }

    /** So many rounds with all who are connected, two at least. */
    public static RoundSettings of(int rounds) {
        return new RoundSettings(
                rounds,
                1,
                1,
                2,
                2,
                2,
                Duration.ofDays(1),
                Duration.ofHours(1),
                Duration.ofMinutes(10),
                true,
                round -> Map.of());
    }

    /** At least {@code count} connected, of whom as many train and evaluate. */
    public RoundSettings withClients(int count) {
        return new RoundSettings(
                rounds,
                fractionFit,
                fractionEvaluate,
                count,
                count,
                count,
                patience,
                fitTimeout,
                evaluateTimeout,
                acceptFailures,
                config);
    }

    public RoundSettings withTimeouts(Duration fit, Duration evaluate) {
        return new RoundSettings(
                rounds,
                fractionFit,
                fractionEvaluate,
                minFitClients,
                minEvaluateClients,
                minAvailableClients,
                patience,
                fit,
                evaluate,
                acceptFailures,
                config);
    }

    /** How many of those who are connected train. */
    int toFit(int connected) {
        return Math.max((int) (connected * fractionFit), minFitClients);
    }

    /** How many of those who are connected evaluate. */
    int toEvaluate(int connected) {
        return fractionEvaluate == 0 ? 0 : Math.max((int) (connected * fractionEvaluate), minEvaluateClients);
    }

    private static void requireAtLeast(String name, int least, int value) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is " + value + ", and must be " + least + " at least");
        }
    }

    private static void requireFraction(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " is " + value + ", and must be between 0 and 1");
        }
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + " is " + value + ", and must be positive");
        }
    }
}
