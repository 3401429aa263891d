package io.attestedmesh.federated.secure;

import io.attestedmesh.attest.evidence.OneLine;
import java.util.Set;
import java.util.TreeSet;

/** Secure aggregation cannot go on; nothing secret is in the texts, which are printable and bounded. */
public final class SecureAggregationException extends Exception {
    private static final long serialVersionUID = 1L;

    private final SecureReason reason;
    private final transient Set<Integer> parties;
    private final String expected;
    private final String actual;

    /** @param parties those that are the cause; empty if it is this node */
    SecureAggregationException(SecureReason reason, Set<Integer> parties, String expected, String actual) {
        super(reason + (parties.isEmpty() ? "" : " by parties " + new TreeSet<>(parties)) + ": expected "
                + OneLine.of(expected) + ", actual " + OneLine.of(actual));
        this.reason = reason;
        this.parties = Set.copyOf(parties);
        this.expected = OneLine.of(expected);
        this.actual = OneLine.of(actual);
    }

    SecureAggregationException(SecureReason reason, String expected, String actual) {
        this(reason, Set.of(), expected, actual);
    }

    public SecureReason reason() {
        return reason;
    }

    public Set<Integer> parties() {
        return parties == null ? Set.of() : parties;
    }

    public String expected() {
        return expected;
    }

    public String actual() {
        return actual;
    }
}
