package io.attestedmesh.examples.message;

import io.attestedmesh.attest.evidence.Reason;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A protocol ended because a party did not follow it. The text holds no secret, and nothing that a party chose but
 * numbers.
 */
public final class PartyFaultException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Reason reason;
    private final transient List<Integer> parties;
    private final String expected;
    private final String actual;

    public PartyFaultException(Reason reason, int party, String expected, String actual) {
        this(reason, List.of(party), expected, actual, null);
    }

    public PartyFaultException(Reason reason, Collection<Integer> parties, String expected, String actual) {
        this(reason, parties, expected, actual, null);
    }

    PartyFaultException(Reason reason, Collection<Integer> parties, String expected, String actual, Throwable cause) {
        super(reason + " by " + named(parties) + ": expected " + expected + ", actual " + actual, cause);
        this.reason = reason;
        this.parties = List.copyOf(new TreeSet<>(parties));
        this.expected = expected;
        this.actual = actual;
    }

    private static String named(Collection<Integer> parties) {
        SortedSet<Integer> sorted = new TreeSet<>(parties);
        String list = sorted.stream().map(String::valueOf).collect(Collectors.joining(", "));
        return switch (sorted.size()) {
            case 0 -> "an unknown party";
            case 1 -> "party " + list;
            default -> "parties " + list;
        };
    }

    public Reason reason() {
        return reason;
    }

    /** Whom the reason speaks of, in order: each reason says whether all of them or one of them; empty if unknown. */
    public List<Integer> parties() {
        return parties;
    }

    public String expected() {
        return expected;
    }

    public String actual() {
        return actual;
    }
}
