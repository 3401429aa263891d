package io.attestedmesh.voting.statement;

import io.attestedmesh.attest.evidence.OneLine;
import java.io.Serial;

/** Something well-formed and signed that is not believed; the texts are printable and bounded. */
public final class RejectedStatementException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final StatementReason reason;
    private final String expected;
    private final String actual;

    public RejectedStatementException(StatementReason reason, String expected, String actual) {
        this(reason, expected, actual, null);
    }

    public RejectedStatementException(StatementReason reason, String expected, String actual, Throwable cause) {
        super(reason + ": expected " + OneLine.of(expected) + ", actual " + OneLine.of(actual), cause);
        this.reason = reason;
        this.expected = OneLine.of(expected);
        this.actual = OneLine.of(actual);
    }

    public StatementReason reason() {
        return reason;
    }

    public String expected() {
        return expected;
    }

    public String actual() {
        return actual;
    }
}
