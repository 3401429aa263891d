package io.attestedmesh.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * What several rounds measured. A round runs every benchmark once, in a process of its own each, so what belongs to one
 * ratio was measured within the same few minutes and a ratio is taken inside a round.
 */
final class Measurements {
    /** Behind the name of what was sampled: its 99th percentile, where the name alone has the median. */
    static final String P99 = "/p99";

    private static final String ALLOCATION = "gc.alloc.rate.norm";

    private final Map<String, List<Double>> scores = new TreeMap<>();
    private final Map<String, String> units = new TreeMap<>();
    private final Map<String, List<Double>> bytesAllocated = new TreeMap<>();

    /** Runs the benchmarks whose name matches {@code pattern} once more. */
    void addRound(String pattern, int warmups, int iterations) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(pattern)
                .forks(1)
                .warmupIterations(warmups)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(iterations)
                .measurementTime(TimeValue.seconds(1))
                .shouldFailOnError(true)
                .addProfiler(GCProfiler.class)
                .verbosity(VerboseMode.SILENT);
        for (RunResult result : new Runner(options.build()).run()) {
            add(result);
        }
    }

    void add(RunResult run) {
        String name = nameOf(run);
        Result<?> primary = run.getPrimaryResult();
        scores.computeIfAbsent(name, n -> new ArrayList<>()).add(median(primary));
        units.put(name, primary.getScoreUnit());
        if (run.getParams().getMode() == Mode.SampleTime) {
            scores.computeIfAbsent(name + P99, n -> new ArrayList<>())
                    .add(primary.getStatistics().getPercentile(99));
            units.put(name + P99, primary.getScoreUnit());
        }
        Result<?> allocation = run.getSecondaryResults().get(ALLOCATION);
        if (allocation != null) {
            bytesAllocated.computeIfAbsent(name, n -> new ArrayList<>()).add(allocation.getScore());
        }
    }

    private static double median(Result<?> result) {
        return result.getStatistics().getPercentile(50);
    }

    /** {@code Class.method} and then each parameter's value, separated by slashes. */
    private static String nameOf(RunResult run) {
        String full = run.getParams().getBenchmark();
        int method = full.lastIndexOf('.');
        StringBuilder name = new StringBuilder(full.substring(full.lastIndexOf('.', method - 1) + 1));
        for (String key : run.getParams().getParamsKeys()) {
            name.append('/').append(run.getParams().getParam(key));
        }
        return name.toString();
    }

    /** Names of everything measured, sorted. */
    List<String> names() {
        return List.copyOf(scores.keySet());
    }

    boolean has(String name) {
        return scores.containsKey(name);
    }

    /** One score a round. */
    List<Double> scores(String name) {
        return scores.get(name);
    }

    String unit(String name) {
        return units.get(name);
    }

    /** Bytes allocated by one operation, the median of the rounds; NaN if unknown. */
    double allocation(String name) {
        return bytesAllocated.containsKey(name) ? median(bytesAllocated.get(name)) : Double.NaN;
    }

    double median(String name) {
        return median(scores.get(name));
    }

    /** Median of the quotients that the rounds had. */
    double ratio(String numerator, String denominator) {
        List<Double> above = scores.get(numerator);
        List<Double> below = scores.get(denominator);
        List<Double> quotients = new ArrayList<>();
        for (int round = 0; round < above.size(); round++) {
            quotients.add(above.get(round) / below.get(round));
        }
        return median(quotients);
    }

    /** Median of what {@code figure} makes of the scores of each round, by their names; {@code one} of these was measured. */
    double figure(String one, ToDoubleFunction<ToDoubleFunction<String>> figure) {
        return median(IntStream.range(0, scores.get(one).size())
                .mapToObj(round -> figure.applyAsDouble(name -> scores.get(name).get(round)))
                .toList());
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
