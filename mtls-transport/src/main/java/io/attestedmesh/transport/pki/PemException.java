package io.attestedmesh.transport.pki;

/** A file that is not the PEM (RFC 7468) it should be; the message begins with the file's name. */
public final class PemException extends PkiException {
    private static final long serialVersionUID = 1L;

    private final String source;

    PemException(String source, String problem) {
        this(source, problem, null, null);
    }

    PemException(String source, String problem, String hint) {
        this(source, problem, hint, null);
    }

    PemException(String source, String problem, String hint, Throwable cause) {
        super(source + ": " + problem, hint, cause);
        this.source = source;
    }

    /** The file, or whatever name the caller gave the text. */
    public String source() {
        return source;
    }
}
