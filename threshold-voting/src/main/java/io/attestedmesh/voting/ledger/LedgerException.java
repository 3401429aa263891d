package io.attestedmesh.voting.ledger;

import io.attestedmesh.attest.evidence.OneLine;
import java.io.Serial;
import java.sql.SQLException;

/** The ledger could not be reached, or did not do what was asked; a commit may still have happened. */
public final class LedgerException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /** What was being done; why it failed is added on one line. */
    public LedgerException(String doing, Throwable cause) {
        super(doing + ": " + OneLine.of(reason(cause)), cause);
    }

    public LedgerException(String message) {
        super(message);
    }

    /** A pool says only that it has no connection; what is beneath says why. */
    private static String reason(Throwable failure) {
        Throwable cause = failure.getCause();
        Throwable told = cause instanceof SQLException ? cause : failure;
        return told.getMessage() == null ? told.getClass().getSimpleName() : told.getMessage();
    }
}
