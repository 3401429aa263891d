package io.attestedmesh.releases;

import io.attestedmesh.attest.evidence.Reason;

/** A well-formed trust root, list or log that was not accepted; the whole of it is refused. */
public final class RejectedReleasesException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ReleasesReason reason;
    private final String expected;
    private final String actual;

    public RejectedReleasesException(ReleasesReason reason, String expected, String actual) {
        this(reason, expected, actual, null);
    }

    public RejectedReleasesException(ReleasesReason reason, String expected, String actual, Throwable cause) {
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

    /** What was found; never longer than a line, with anything that a stranger chose escaped. */
    public String actual() {
        return actual;
    }
}
