package io.attestedmesh.federated.gossip;

import io.attestedmesh.attest.evidence.OneLine;

/** Something that a peer sent is refused; the texts are printable and bounded. */
final class RefusedMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    private final GossipReason reason;
    private final String expected;
    private final String actual;

    RefusedMessageException(GossipReason reason, String expected, String actual) {
        super(reason + ": expected " + OneLine.of(expected) + ", actual " + OneLine.of(actual));
        this.reason = reason;
        this.expected = OneLine.of(expected);
        this.actual = OneLine.of(actual);
    }

    GossipReason reason() {
        return reason;
    }

    String expected() {
        return expected;
    }

    String actual() {
        return actual;
    }
}
