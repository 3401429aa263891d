package io.attestedmesh.federated.learn;

/** Training or evaluation failed; the message says why. */
public final class LearnerException extends Exception {
    private static final long serialVersionUID = 1L;

    public LearnerException(String message) {
        super(message);
    }

    public LearnerException(String message, Throwable cause) {
        super(message, cause);
    }
}
