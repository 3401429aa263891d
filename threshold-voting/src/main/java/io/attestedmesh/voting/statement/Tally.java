package io.attestedmesh.voting.statement;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Counts what nodes said of one transaction, each node once: the first thing that is given of it. */
public final class Tally {
    private final Committee committee;
    private final Set<String> heard = new HashSet<>();
    private final Map<Value, Integer> votes = new HashMap<>();

    /** Counts {@code statements}, which have to be of one transaction. */
    public Tally(Committee committee, Collection<SignedStatement> statements) {
        this.committee = committee;
        for (SignedStatement signed : statements) {
            if (heard.add(signed.node())) {
                signed.statement().value().ifPresent(value -> votes.merge(value, 1, Integer::sum));
            }
        }
    }

    /** The value that threshold nodes voted for: there is one at most, as these are more than half. */
    public Optional<Value> decided() {
        return votes.entrySet().stream()
                .filter(entry -> entry.getValue() >= committee.threshold())
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /**
     * Whether threshold nodes said something else, whichever value is looked at. Threshold timeouts are the plain case; then
     * threshold votes for any value would share too many nodes with these.
     */
    public boolean failed() {
        return heard.size() - most() >= committee.threshold();
    }

    /** Whether {@link #failed} can come true while every node says one thing. */
    public boolean mayFail() {
        return committee.size() - most() >= committee.threshold();
    }

    /** Whether {@link #decided} can come true while every node says one thing. */
    public boolean mayDecide() {
        return committee.size() - heard.size() + most() >= committee.threshold();
    }

    private int most() {
        return votes.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    /** How many nodes said something. */
    public int heard() {
        return heard.size();
    }

    /** Votes by value; timeouts are in none. */
    public Map<Value, Integer> votes() {
        return Map.copyOf(votes);
    }
}
