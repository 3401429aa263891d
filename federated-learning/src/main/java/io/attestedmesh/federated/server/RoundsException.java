package io.attestedmesh.federated.server;

/** The rounds cannot go on; the message says why. */
public final class RoundsException extends Exception {
    private static final long serialVersionUID = 1L;

    public RoundsException(String message) {
        super(message);
    }
}
