package io.attestedmesh.federated.aggregate;

import io.attestedmesh.federated.aggregate.FedOpt.Second;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Aggregation rules by the names that a configuration calls them, with their parameters and what these are if not given:
 *
 * <ul>
 *   <li>{@code fedavg}
 *   <li>{@code fedprox}: {@code mu}, which must be given
 *   <li>{@code fedavgm}: {@code learning_rate} 1, {@code momentum} 0.9
 *   <li>{@code fedadam}: {@code eta} 0.1, {@code eta_l} 0.1, {@code beta_1} 0.9, {@code beta_2} 0.99, {@code tau} 1e-9
 *   <li>{@code fedyogi}: {@code eta} 0.01, {@code eta_l} 0.0316, {@code beta_1} 0.9, {@code beta_2} 0.99, {@code tau} 1e-3
 *   <li>{@code fedadagrad}: {@code eta} 0.1, {@code eta_l} 0.1, {@code beta_1} 0, {@code tau} 1e-9
 *   <li>{@code fedmedian}
 *   <li>{@code trimmed-mean}: either {@code f}, how many to cut at each end, or {@code beta}, the share of them (0.2)
 *   <li>{@code krum}: {@code f}, how many may be poisoned, which must be given
 *   <li>{@code multi-krum}: {@code f} alike, and {@code m}, how many to choose (all but f)
 * </ul>
 *
 * <p>Those of the FedOpt family are Flower's.
 */
public final class Rules {
    private static final SortedMap<String, Function<Parameters, AggregationRule>> RULES = new TreeMap<>(Map.of(
            "fedavg", given -> FedAvg.plain(),
            "fedprox", given -> FedAvg.proximal(given.least("mu", 0)),
            "fedavgm", given -> FedAvgM.rule(given.positive("learning_rate", 1), given.share("momentum", 0.9)),
            "fedadam", given -> optimizer("fedadam", Second.ADAM, given, 0.1, 0.1, 1e-9),
            "fedyogi", given -> optimizer("fedyogi", Second.YOGI, given, 0.01, 0.0316, 1e-3),
            "fedadagrad", given -> adagrad(given),
            "fedmedian", given -> MiddleMean.median(),
            "trimmed-mean", given -> trimmed(given),
            "krum", given -> Krum.single(given.count("f", 0)),
            "multi-krum", given -> Krum.multi(given.count("f", 0), given.has("m") ? given.count("m", 1) : 0)));

    private Rules() {}

    /** All names that {@link #of} knows. */
    public static SortedSet<String> names() {
        return new TreeSet<>(RULES.keySet());
    }

    /**
     * The rule of that name.
     *
     * @throws IllegalArgumentException naming the rules that there are, or the parameter that is wrong and why
     */
    public static AggregationRule of(String name, Map<String, Double> parameters) {
        Function<Parameters, AggregationRule> maker = RULES.get(name);
        if (maker == null) {
            throw new IllegalArgumentException("there is no rule of that name, but " + names());
        }
        Parameters given = new Parameters(name, parameters);
        AggregationRule rule = maker.apply(given);
        given.requireAllUsed();
        return rule;
    }

    private static AggregationRule optimizer(
            String name, Second second, Parameters given, double eta, double etaL, double tau) {
        FedOpt step = new FedOpt(
                second,
                given.positive("eta", eta),
                given.share("beta_1", 0.9),
                given.share("beta_2", 0.99),
                given.positive("tau", tau));
        return FedOpt.rule(name, step, given.positive("eta_l", etaL));
    }

    private static AggregationRule adagrad(Parameters given) {
        FedOpt step = new FedOpt(
                Second.ADAGRAD, given.positive("eta", 0.1), given.share("beta_1", 0), 0, given.positive("tau", 1e-9));
        return FedOpt.rule("fedadagrad", step, given.positive("eta_l", 0.1));
    }

    private static AggregationRule trimmed(Parameters given) {
        return given.has("f")
                ? MiddleMean.trimmed(given.count("f", 0))
                : MiddleMean.trimmed(given.lessThanHalf("beta", 0.2));
    }
}
