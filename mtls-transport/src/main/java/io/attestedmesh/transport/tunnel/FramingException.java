package io.attestedmesh.transport.tunnel;

/** What came is no frame, or not at its turn; the message holds numbers alone, nothing that a peer wrote. */
final class FramingException extends Exception {
    private static final long serialVersionUID = 1L;

    FramingException(String message) {
        super(message);
    }
}
