package io.attestedmesh.voting.replica;

import io.attestedmesh.voting.statement.VerifiedCertificate;
import io.attestedmesh.voting.statement.VerifiedStatement;
import io.attestedmesh.voting.violation.Reinstatement;
import io.attestedmesh.voting.violation.VerifiedViolation;
import java.time.Instant;

/** Hears what is new to a replica, each thing once unless the node dies before the journal is committed. */
public interface ReplicaListener {
    /** A statement came first of its node and transaction. */
    void stated(VerifiedStatement statement, Instant now);

    /** A transaction is decided or failed: its ballot has the certificate. */
    void settled(Ballot ballot, Instant now);

    /** A violation is known; {@code score} is what is left to its node by it, 0 to 100. */
    void violated(VerifiedViolation violation, double score, boolean excluded, Instant now);

    /** An excluded node counts again, or one is excluded. */
    void excluded(String node, double score, boolean excluded, Instant now);

    /** An operator forgave a node what it had done; {@code excluded} if it did more since. */
    void reinstated(Reinstatement act, double score, boolean excluded, Instant now);

    /** A certificate says another thing than the one before it: more nodes lie than the committee bears. */
    void contradicted(Ballot ballot, VerifiedCertificate other);

    /** A peer holds statements of this node that it does not know itself. */
    void rolledBack(String peer, VerifiedStatement shown);

    /** Whether there is room for what follows from another statement. */
    boolean hasRoom();
}
