package io.attestedmesh.attest.evidence;

/** Bytes that are not evidence at all: a rule of the format is broken, before anything was verified. */
public final class MalformedEvidenceException extends Exception {
    private static final long serialVersionUID = 1L;

    private final MalformedReason reason;
    private final String expected;
    private final String actual;

    public MalformedEvidenceException(MalformedReason reason, String expected, String actual) {
        this(reason, expected, actual, null);
    }

    public MalformedEvidenceException(MalformedReason reason, String expected, String actual, Throwable cause) {
        super(reason + ": expected " + expected + ", actual " + actual, cause);
        this.reason = reason;
        this.expected = expected;
        this.actual = actual;
    }

    public MalformedReason reason() {
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
