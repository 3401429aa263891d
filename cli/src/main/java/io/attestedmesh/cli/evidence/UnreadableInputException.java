package io.attestedmesh.cli.evidence;

import io.attestedmesh.attest.evidence.Reason;

/** A file that holds no evidence in any encoding that is recognised. */
final class UnreadableInputException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Reason reason;
    private final String expected;
    private final String actual;

    UnreadableInputException(Reason reason, String expected, String actual) {
        super(reason + ": expected " + expected + ", actual " + actual);
        this.reason = reason;
        this.expected = expected;
        this.actual = actual;
    }

    Reason reason() {
        return reason;
    }

    String expected() {
        return expected;
    }

    String actual() {
        return actual;
    }
}
