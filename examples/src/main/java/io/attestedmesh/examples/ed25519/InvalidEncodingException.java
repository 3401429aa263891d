package io.attestedmesh.examples.ed25519;

/** Bytes that encode no scalar or no element; the text says nothing of the bytes, which may be a secret. */
public final class InvalidEncodingException extends Exception {
    private static final long serialVersionUID = 1L;

    private final EncodingReason reason;
    private final String expected;
    private final String actual;

    InvalidEncodingException(EncodingReason reason, String expected, String actual) {
        super(reason + ": expected " + expected + ", actual " + actual);
        this.reason = reason;
        this.expected = expected;
        this.actual = actual;
    }

    public EncodingReason reason() {
        return reason;
    }

    public String expected() {
        return expected;
    }

    public String actual() {
        return actual;
    }
}
