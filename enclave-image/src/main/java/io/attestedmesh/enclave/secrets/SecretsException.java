package io.attestedmesh.enclave.secrets;

import io.attestedmesh.attest.evidence.Reason;

/** A secret that was not obtained, sealed, opened or kept. It never holds a part of the secret. */
public final class SecretsException extends Exception {
    private static final long serialVersionUID = 1L;

    private final SecretsReason reason;
    private final String expected;
    private final String actual;

    SecretsException(SecretsReason reason, String expected, String actual) {
        this(reason, expected, actual, null);
    }

    SecretsException(SecretsReason reason, String expected, String actual, Throwable cause) {
        super(reason + ": expected " + expected + ", actual " + actual, cause);
        this.reason = reason;
        this.expected = expected;
        this.actual = actual;
    }

    /** A {@link SecretsReason}. */
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
