package io.attestedmesh.voting.ledger;

import java.io.Serial;

/** The ledger does not hold what this node wrote, or its spool does not hold what it has yet to write. */
final class DivergedException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    DivergedException(String message) {
        super(message);
    }

    DivergedException(String message, Throwable cause) {
        super(message, cause);
    }
}
