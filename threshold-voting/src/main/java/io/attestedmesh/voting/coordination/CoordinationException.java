package io.attestedmesh.voting.coordination;

import io.attestedmesh.attest.evidence.OneLine;
import java.io.Serial;

/** A store that is away, too slow, or refuses; the message is one printable line without secrets. */
public final class CoordinationException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    public CoordinationException(String message) {
        super(OneLine.of(message));
    }

    public CoordinationException(String message, Throwable cause) {
        super(OneLine.of(message), cause);
    }
}
