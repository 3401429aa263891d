package io.attestedmesh.voting.statement;

import java.io.Serial;

/** Bytes that are no statement, certificate, announcement or violation at all. */
public final class MalformedStatementException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    public MalformedStatementException(String message) {
        super(message);
    }

    public MalformedStatementException(String message, Throwable cause) {
        super(message, cause);
    }
}
