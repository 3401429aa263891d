package io.attestedmesh.voting.journal;

import java.io.Serial;

/** The journal cannot be opened, read or written: a node that goes on could sign twice, so it stops. */
public final class JournalException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    public JournalException(String message, Throwable cause) {
        super(message, cause);
    }

    public JournalException(String message) {
        super(message);
    }
}
