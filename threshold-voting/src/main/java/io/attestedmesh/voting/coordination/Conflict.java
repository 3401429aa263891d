package io.attestedmesh.voting.coordination;

import io.attestedmesh.voting.statement.TransactionId;
import io.attestedmesh.voting.statement.VerifiedCertificate;

/** Two certificates that verify, of one transaction, with two outcomes. */
public record Conflict(VerifiedCertificate ours, VerifiedCertificate stored) {
    public TransactionId transaction() {
        return ours.transaction();
    }
}
