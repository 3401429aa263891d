package io.attestedmesh.attest.der;

/**
 * Bytes are not the DER that they should be. Whoever reads turns it into the refusal of what was read.
 *
 * <p>Both texts are words of the reader and numbers, never characters of what was read.
 */
public final class DerException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String expected;
    private final String actual;

    public DerException(String expected, String actual) {
        super("expected " + expected + ", actual " + actual);
        this.expected = expected;
        this.actual = actual;
    }

    /** The rule, in words. */
    public String expected() {
        return expected;
    }

    /** What was found instead. */
    public String actual() {
        return actual;
    }
}
