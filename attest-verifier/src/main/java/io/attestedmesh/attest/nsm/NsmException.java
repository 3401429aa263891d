package io.attestedmesh.attest.nsm;

/** The NSM refused a request, or did not answer it. */
public final class NsmException extends Exception {
    private static final long serialVersionUID = 1L;

    private final NsmError error;

    public NsmException(NsmError error, String message) {
        super(error + ": " + message);
        this.error = error;
    }

    /** The NSM could not be asked, or what it answered cannot be understood. */
    public NsmException(NsmError error, String message, Throwable cause) {
        super(error + ": " + message, cause);
        this.error = error;
    }

    public NsmError error() {
        return error;
    }
}
