package io.attestedmesh.enclave.image;

/** A file that is no enclave image. */
public final class MalformedImageException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ImageReason reason;
    private final String expected;
    private final String actual;

    MalformedImageException(ImageReason reason, String expected, String actual) {
        this(reason, expected, actual, null);
    }

    MalformedImageException(ImageReason reason, String expected, String actual, Throwable cause) {
        super(reason + ": expected " + expected + ", actual " + actual, cause);
        this.reason = reason;
        this.expected = expected;
        this.actual = actual;
    }

    public ImageReason reason() {
        return reason;
    }

    public String expected() {
        return expected;
    }

    /** What was found; never longer than a line, with anything the file's author chose escaped. */
    public String actual() {
        return actual;
    }
}
