package io.attestedmesh.enclave.image;

/** An image whose signature does not fit it. */
public final class RejectedSignatureException extends Exception {
    private static final long serialVersionUID = 1L;

    private final SignatureReason reason;
    private final String expected;
    private final String actual;

    RejectedSignatureException(SignatureReason reason, String expected, String actual) {
        super(reason + ": expected " + expected + ", actual " + actual);
        this.reason = reason;
        this.expected = expected;
        this.actual = actual;
    }

    public SignatureReason reason() {
        return reason;
    }

    public String expected() {
        return expected;
    }

    /** What was found; anything the file's author chose is escaped. */
    public String actual() {
        return actual;
    }
}
