package io.attestedmesh.voting.violation;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.Committee;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The violations that this node knows, and what follows for each accused: a score, and exclusion. Not thread-safe.
 *
 * <p>Score = 100 − Σ weight × 2^(−age / half-life), 0 at least, over the violations that count. Excluded is who voted twice,
 * or whom f + 1 observers accuse within the window, of which one is honest while no more than f lie. A minority vote lowers
 * the score and excludes nobody. What an operator forgave counts for neither.
 */
public final class Conduct {
    private static final double FULL = 100;

    private final Committee committee;
    private final ConductRules rules;
    private final Map<String, Map<Bytes, Known>> known = new TreeMap<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private final Map<String, Instant> forgiven = new HashMap<>();
    private final Map<String, Instant> answered = new HashMap<>();

    /** A violation, and since when it is known here. */
    public record Known(VerifiedViolation violation, Instant since) {}

    /** Nobody has done anything yet. */
    public Conduct(Committee committee, ConductRules rules) {
        this.committee = committee;
        this.rules = rules;
    }

    /**
     * Adds a violation that is known since {@code since}. Of one node and type no more are taken than have to be kept, for a
     * liar makes as many as it likes and each says the same of it; of these, each observer has an equal share, so that one that
     * lies leaves no less room to the others.
     *
     * @return false if it was known, or there is no room
     */
    public boolean add(VerifiedViolation violation, Instant since) {
        Map<Bytes, Known> same = known.computeIfAbsent(violation.accused(), node -> new LinkedHashMap<>());
        if (same.containsKey(violation.id()) || counts.getOrDefault(kind(violation), 0) >= room(violation)) {
            return false;
        }
        same.put(violation.id(), new Known(violation, since));
        counts.merge(kind(violation), 1, Integer::sum);
        return true;
    }

    private static String kind(VerifiedViolation violation) {
        String kind = violation.type() + " " + violation.accused();
        return violation.violation() instanceof Observation observation ? kind + " " + observation.observer() : kind;
    }

    private int room(VerifiedViolation violation) {
        return violation.type().isProof() ? rules.keep() : Math.max(1, rules.keep() / committee.size());
    }

    /** Forgives what {@code node} did until then; an earlier act never takes a later one back. */
    public void reinstate(String node, Instant until) {
        forgiven.merge(node, until, (a, b) -> a.isAfter(b) ? a : b);
    }

    /** 0 to 100. */
    public double score(String node, Instant now) {
        double lost = counting(node).stream()
                .mapToDouble(one -> one.violation().type().weight()
                        * Math.pow(
                                0.5,
                                (double) age(one, now).toMillis()
                                        / rules.halfLife().toMillis()))
                .sum();
        return Math.max(0, FULL - lost);
    }

    /** Whether its statements count no more here. */
    public boolean isExcluded(String node, Instant now) {
        Set<String> observers = new HashSet<>();
        for (Known one : counting(node)) {
            if (one.violation().type() == ViolationType.DOUBLE_VOTE) {
                return true;
            }
            if (one.violation().violation() instanceof Observation observation
                    && age(one, now).compareTo(rules.window()) <= 0
                    && !isOver(one)) {
                observers.add(observation.observer());
            }
        }
        return observers.size() >= committee.believableObservers();
    }

    private boolean isOver(Known one) {
        return one.violation().type() == ViolationType.SILENCE
                && !one.since().isAfter(answered.getOrDefault(one.violation().accused(), Instant.MIN));
    }

    /** {@code node} answers again: that it was silent until now still lowers its score, and excludes it no more. */
    public void answered(String node, Instant now) {
        answered.put(node, now);
    }

    private List<Known> counting(String node) {
        Instant until = forgiven.getOrDefault(node, Instant.MIN);
        return of(node).stream().filter(one -> one.since().isAfter(until)).toList();
    }

    private static Duration age(Known one, Instant now) {
        Duration age = Duration.between(one.since(), now);
        return age.isNegative() ? Duration.ZERO : age;
    }

    /** What is known of one node, oldest first. */
    public List<Known> of(String node) {
        return List.copyOf(known.getOrDefault(node, Map.of()).values());
    }

    /** All that is known, node by node, oldest first. */
    public List<Known> all() {
        return known.values().stream().flatMap(of -> of.values().stream()).toList();
    }

    /** Forgets of each node what is older than it has to be kept, and beyond the number that has to be. */
    public List<Bytes> expire(Instant now) {
        List<Bytes> gone = new ArrayList<>();
        for (Map<Bytes, Known> of : known.values()) {
            Iterator<Known> oldest = of.values().iterator();
            while (of.size() > rules.keep() && oldest.hasNext()) {
                Known one = oldest.next();
                if (age(one, now).compareTo(rules.keepFor()) > 0 && !isLastDoubleVote(one.violation())) {
                    oldest.remove();
                    counts.merge(kind(one.violation()), -1, Integer::sum);
                    gone.add(one.violation().id());
                }
            }
        }
        return gone;
    }

    private boolean isLastDoubleVote(VerifiedViolation violation) {
        return violation.type() == ViolationType.DOUBLE_VOTE && counts.get(kind(violation)) == 1;
    }
}
