package io.attestedmesh.voting.node;

import io.attestedmesh.attest.evidence.OneLine;
import java.io.Serial;

/** Something that another node sent is refused; the texts are printable and bounded. */
final class RefusedMessageException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final NodeReason reason;
    private final String expected;
    private final String actual;

    RefusedMessageException(NodeReason reason, String expected, String actual) {
        super(reason + ": expected " + OneLine.of(expected) + ", actual " + OneLine.of(actual));
        this.reason = reason;
        this.expected = OneLine.of(expected);
        this.actual = OneLine.of(actual);
    }

    NodeReason reason() {
        return reason;
    }

    String expected() {
        return expected;
    }

    String actual() {
        return actual;
    }
}
