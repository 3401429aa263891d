package io.attestedmesh.voting.coordination;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.Certificate;
import io.attestedmesh.voting.statement.MalformedStatementException;
import io.attestedmesh.voting.statement.RejectedStatementException;
import io.attestedmesh.voting.statement.StatementReason;
import io.attestedmesh.voting.statement.StatementVerifier;
import io.attestedmesh.voting.statement.TransactionId;
import io.attestedmesh.voting.statement.VerifiedCertificate;

/**
 * A row as the store has it.
 *
 * @param certificate {@link Certificate#encoded}, if whoever wrote it was honest
 * @param revision from 1; another one with every change of the row
 */
public record StoredOutcome(Bytes certificate, long revision) {
    /** What the row proves of {@code transaction}: a certificate of another one proves nothing of it. */
    public VerifiedCertificate verified(TransactionId transaction, StatementVerifier verifier)
            throws MalformedStatementException, RejectedStatementException {
        Certificate read = Certificate.parse(certificate);
        if (!read.transaction().equals(transaction)) {
            throw new RejectedStatementException(
                    StatementReason.NOT_OF_ONE_TRANSACTION,
                    "a certificate of " + transaction,
                    "one of " + read.transaction());
        }
        return verifier.verify(read);
    }
}
