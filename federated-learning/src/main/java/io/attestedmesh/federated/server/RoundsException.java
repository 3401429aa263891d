package io.attestedmesh.federated.server;

/** The rounds cannot begin or go on. */
public final class RoundsException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String hint;

    /** @param hint what an operator can do about it, with the names of the settings */
    public RoundsException(String message, String hint) {
        super(message);
        this.hint = hint;
    }

    public String hint() {
        return hint;
    }
}
