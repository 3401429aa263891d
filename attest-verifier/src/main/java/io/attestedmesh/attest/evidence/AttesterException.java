package io.attestedmesh.attest.evidence;

/** The attester could not make a document. */
public final class AttesterException extends Exception {
    private static final long serialVersionUID = 1L;

    public AttesterException(String message, Throwable cause) {
        super(message, cause);
    }
}
