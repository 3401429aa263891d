package io.attestedmesh.federated.aggregate;

import io.attestedmesh.attest.evidence.OneLine;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.DoublePredicate;

/** The parameters of one rule: each that is given must be one that the rule asks for. */
final class Parameters {
    private final String rule;
    private final Map<String, Double> given;
    private final Set<String> asked = new TreeSet<>();

    Parameters(String rule, Map<String, Double> given) {
        this.rule = rule;
        this.given = Map.copyOf(given);
    }

    boolean has(String name) {
        asked.add(name);
        return given.containsKey(name);
    }

    /** A whole number, which must be given. */
    int count(String name, int least) {
        double count = required(name);
        check(
                name,
                count,
                c -> c >= least && c <= Aggregation.MOST_UPDATES && c == Math.rint(c),
                "a whole number from " + least + " to " + Aggregation.MOST_UPDATES);
        return (int) count;
    }

    /** A number which must be given. */
    double least(String name, double least) {
        return check(name, required(name), value -> value >= least, "a number from " + least + " on");
    }

    double positive(String name, double otherwise) {
        return check(name, or(name, otherwise), value -> value > 0, "a number above 0");
    }

    double share(String name, double otherwise) {
        return check(name, or(name, otherwise), value -> value >= 0 && value < 1, "a number from 0 on, below 1");
    }

    double lessThanHalf(String name, double otherwise) {
        return check(name, or(name, otherwise), value -> value >= 0 && value < 0.5, "a number from 0 on, below 0.5");
    }

    private double or(String name, double otherwise) {
        return has(name) ? given.get(name) : otherwise;
    }

    private double required(String name) {
        if (!has(name)) {
            throw new IllegalArgumentException(rule + " needs " + name);
        }
        return given.get(name);
    }

    private double check(String name, double value, DoublePredicate right, String expected) {
        if (!Double.isFinite(value) || !right.test(value)) {
            throw new IllegalArgumentException(rule + ": " + name + " is " + value + ", and must be " + expected);
        }
        return value;
    }

    void requireAllUsed() {
        Set<String> unknown = new HashSet<>(given.keySet());
        unknown.removeAll(asked);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(rule + " has no parameter "
                    + OneLine.of(new TreeSet<>(unknown).first())
                    + (asked.isEmpty() ? ", nor any other" : ", but " + asked));
        }
    }
}
