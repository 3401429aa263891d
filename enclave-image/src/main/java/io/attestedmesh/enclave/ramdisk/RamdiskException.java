package io.attestedmesh.enclave.ramdisk;

/** Files that cannot become a ramdisk. */
public final class RamdiskException extends Exception {
    private static final long serialVersionUID = 1L;

    private final RamdiskReason reason;
    private final String expected;
    private final String actual;

    RamdiskException(RamdiskReason reason, String expected, String actual) {
        this(reason, expected, actual, null);
    }

    RamdiskException(RamdiskReason reason, String expected, String actual, Throwable cause) {
        super(reason + ": expected " + expected + ", actual " + actual, cause);
        this.reason = reason;
        this.expected = expected;
        this.actual = actual;
    }

    public RamdiskReason reason() {
        return reason;
    }

    public String expected() {
        return expected;
    }

    /** What was found; anything that a file's author chose is escaped. */
    public String actual() {
        return actual;
    }
}
