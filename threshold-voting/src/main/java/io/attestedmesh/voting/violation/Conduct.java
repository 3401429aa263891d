package io.attestedmesh.voting.violation;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.Committee;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    /** Oldest first. */
    private final Map<Kind, Deque<Known>> kinds = new HashMap<>();

    private final List<Bytes> gaveWay = new ArrayList<>();
    private final Map<String, Instant> forgiven = new HashMap<>();
    private final Map<String, Instant> answered = new HashMap<>();

    /** A violation, and since when it is known here. */
    public record Known(VerifiedViolation violation, Instant since) {}

    /** What shares one room: for observations, that of each observer by itself. */
    private record Kind(ViolationType type, String accused, Optional<String> observer) {
        static Kind of(VerifiedViolation violation) {
            Optional<String> observer = violation.violation() instanceof Observation observation
                    ? Optional.of(observation.observer())
                    : Optional.empty();
            return new Kind(violation.type(), violation.accused(), observer);
        }
    }

    /** Nobody has done anything yet. */
    public Conduct(Committee committee, ConductRules rules) {
        this.committee = committee;
        this.rules = rules;
    }

    /**
     * Adds a violation that is known since {@code since}. Of one node and type no more are taken than have to be kept, for a
     * liar makes as many as it likes and each says the same of it; of these, each observer has an equal share, so that one that
     * lies leaves no less room to the others. Where there is no more room the oldest gives way if it has been kept long enough,
     * or is an observation that counts no more for exclusion; and one more is taken if all are forgiven. No observation is taken
     * that was signed before the window: what has given way could be told again, as if it were new.
     *
     * @return false if it was known or is too old, or there is no room
     */
    public boolean add(VerifiedViolation violation, Instant since) {
        if (violation.violation() instanceof Observation observation
                && observation.at().isBefore(since.minus(rules.window()))) {
            return false;
        }
        Map<Bytes, Known> same = known.computeIfAbsent(violation.accused(), node -> new LinkedHashMap<>());
        Kind kind = Kind.of(violation);
        Deque<Known> ofKind = kinds.computeIfAbsent(kind, key -> new ArrayDeque<>());
        boolean room = ofKind.size() < room(violation) || newest(kind).isEmpty();
        if (same.containsKey(violation.id()) || (!room && !givesWay(ofKind, since))) {
            return false;
        }
        Known added = new Known(violation, since);
        same.put(violation.id(), added);
        ofKind.add(added);
        return true;
    }

    private boolean givesWay(Deque<Known> ofKind, Instant now) {
        VerifiedViolation oldest = ofKind.element().violation();
        Duration least = oldest.type().isProof() ? rules.keepFor() : rules.window();
        if (isForEver(oldest) || age(ofKind.element(), now).compareTo(least) <= 0) {
            return false;
        }
        ofKind.remove();
        known.get(oldest.accused()).remove(oldest.id());
        gaveWay.add(oldest.id());
        return true;
    }

    private int room(VerifiedViolation violation) {
        return violation.type().isProof() ? rules.keep() : Math.max(1, rules.keep() / committee.size());
    }

    /** Forgives what {@code node} did until then; false if that was forgiven before: an earlier act takes no later one back. */
    public boolean reinstate(String node, Instant until) {
        if (!until.isAfter(forgivenUntil(node))) {
            return false;
        }
        forgiven.put(node, until);
        return true;
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
        if (known.getOrDefault(node, Map.of()).isEmpty()) {
            return false;
        }
        if (newest(new Kind(ViolationType.DOUBLE_VOTE, node, Optional.empty())).isPresent()) {
            return true;
        }
        long accusers = committee.nodes().stream()
                .filter(observer -> newest(new Kind(ViolationType.SILENCE, node, Optional.of(observer)))
                                .filter(one -> isWithin(one, now) && !isOver(one))
                                .isPresent()
                        || newest(new Kind(ViolationType.INVALID_SIGNATURE, node, Optional.of(observer)))
                                .filter(one -> isWithin(one, now))
                                .isPresent())
                .count();
        return accusers >= committee.believableObservers();
    }

    /** What was known last of a kind, if it is not forgiven. */
    private Optional<Known> newest(Kind kind) {
        Deque<Known> ofKind = kinds.get(kind);
        return ofKind == null
                ? Optional.empty()
                : Optional.ofNullable(ofKind.peekLast())
                        .filter(one -> one.since().isAfter(forgivenUntil(kind.accused())));
    }

    private boolean isWithin(Known one, Instant now) {
        return age(one, now).compareTo(rules.window()) <= 0;
    }

    private boolean isOver(Known one) {
        return one.violation().type() == ViolationType.SILENCE
                && !one.since().isAfter(answered.getOrDefault(one.violation().accused(), Instant.MIN));
    }

    /** {@code node} answers again: that it was silent until now still lowers its score, and excludes it no more. */
    public void answered(String node, Instant now) {
        answered.put(node, now);
    }

    private Instant forgivenUntil(String node) {
        return forgiven.getOrDefault(node, Instant.MIN);
    }

    private List<Known> counting(String node) {
        Instant until = forgivenUntil(node);
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

    /** What gave way to others since this was asked last. */
    public List<Bytes> gaveWay() {
        List<Bytes> gone = List.copyOf(gaveWay);
        gaveWay.clear();
        return gone;
    }

    /** Forgets of each node what is older than it has to be kept, and beyond the number that has to be. */
    public List<Bytes> expire(Instant now) {
        List<Bytes> gone = new ArrayList<>();
        for (Map<Bytes, Known> of : known.values()) {
            Iterator<Known> oldest = of.values().iterator();
            while (of.size() > rules.keep() && oldest.hasNext()) {
                Known one = oldest.next();
                if (age(one, now).compareTo(rules.keepFor()) > 0 && !isForEver(one.violation())) {
                    oldest.remove();
                    boolean unused = kinds.get(Kind.of(one.violation())).remove(one);
                    gone.add(one.violation().id());
                }
            }
        }
        return gone;
    }

    /** What excludes by itself: forgotten, and told again, it would exclude a node that was forgiven. */
    private static boolean isForEver(VerifiedViolation violation) {
        return violation.type() == ViolationType.DOUBLE_VOTE;
    }

    /** The clock went back to {@code now}, and nothing was after that: else it could be neither answered nor forgiven. */
    public void wentBack(Instant now) {
        kinds.clear();
        for (Map<Bytes, Known> of : known.values()) {
            of.replaceAll((id, one) -> new Known(one.violation(), earlier(one.since(), now)));
            of.values()
                    .forEach(one -> kinds.computeIfAbsent(Kind.of(one.violation()), kind -> new ArrayDeque<>())
                            .add(one));
        }
        forgiven.replaceAll((node, until) -> earlier(until, now));
        answered.replaceAll((node, last) -> earlier(last, now));
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
