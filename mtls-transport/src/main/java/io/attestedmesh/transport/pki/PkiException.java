package io.attestedmesh.transport.pki;

import java.util.Optional;

/** A key, certificate, request or CA that cannot be used as asked; the message never holds key or password material. */
public sealed class PkiException extends Exception permits PemException {
    private static final long serialVersionUID = 1L;

    private final String hint;

    public PkiException(String message) {
        this(message, null, null);
    }

    public PkiException(String message, String hint) {
        this(message, hint, null);
    }

    public PkiException(String message, String hint, Throwable cause) {
        super(message, cause);
        this.hint = hint;
    }

    /** What to do about it, in one sentence. */
    public Optional<String> hint() {
        return Optional.ofNullable(hint);
    }
}
