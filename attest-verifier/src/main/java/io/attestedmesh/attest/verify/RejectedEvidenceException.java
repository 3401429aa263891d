package io.attestedmesh.attest.verify;

import io.attestedmesh.attest.evidence.Reason;

/** Well-formed evidence that was not accepted: its signature, chain, time, binding or code failed a check. */
public final class RejectedEvidenceException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Reason reason;
    private final String expected;
    private final String actual;

    public RejectedEvidenceException(Reason reason, String expected, String actual) {
        this(reason, expected, actual, null);
    }

    public RejectedEvidenceException(Reason reason, String expected, String actual, Throwable cause) {
        super(reason + ": expected " + expected + ", actual " + actual, cause);
        this.reason = reason;
        this.expected = expected;
        this.actual = actual;
    }

    public Reason reason() {
        return reason;
    }

    public String expected() {
        return expected;
    }

    /** What was found; never longer than a line, with anything a peer chose escaped. */
    public String actual() {
        return actual;
    }
}
