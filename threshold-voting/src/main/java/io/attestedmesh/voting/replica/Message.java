package io.attestedmesh.voting.replica;

import io.attestedmesh.voting.statement.TransactionId;
import io.attestedmesh.voting.statement.VerifiedCertificate;
import io.attestedmesh.voting.statement.VerifiedStatement;
import io.attestedmesh.voting.violation.VerifiedViolation;
import java.util.List;
import java.util.Optional;

/** What one node says to another, everything signed verified already. Any of it may be lost, repeated or overtaken. */
public sealed interface Message {
    /**
     * How much of the receiver's own statements the sender has.
     *
     * @param sequence all up to this one, 0 for none
     * @param last that one, for a node whose disk went back to see it
     */
    record Cursor(long sequence, Optional<VerifiedStatement> last) implements Message {}

    /** The sender's own statements, in their order. */
    record Statements(List<VerifiedStatement> statements) implements Message {}

    /** What do you know of these? */
    record Question(List<TransactionId> transactions) implements Message {}

    /** What the sender knows of a transaction, which may be nothing. */
    record Answer(
            TransactionId transaction, List<VerifiedStatement> statements, Optional<VerifiedCertificate> certificate)
            implements Message {}

    /** A violation that the sender knows of. */
    record Evidence(VerifiedViolation violation) implements Message {}
}
