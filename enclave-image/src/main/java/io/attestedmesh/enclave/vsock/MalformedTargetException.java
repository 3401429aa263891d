package io.attestedmesh.enclave.vsock;

/** Bytes that are no {@link TargetHeader}. */
final class MalformedTargetException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedTargetException(String message) {
        super(message);
    }

    MalformedTargetException(String message, Throwable cause) {
        super(message, cause);
    }
}
