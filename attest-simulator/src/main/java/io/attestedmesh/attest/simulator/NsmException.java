package io.attestedmesh.attest.simulator;

/** The simulated NSM refused a request. */
public final class NsmException extends Exception {
    private static final long serialVersionUID = 1L;

    private final NsmError error;

    NsmException(NsmError error, String message) {
        super(error + ": " + message);
        this.error = error;
    }

    public NsmError error() {
        return error;
    }
}
