package io.attestedmesh.voting.replica;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.TransactionId;
import io.attestedmesh.voting.statement.VerifiedStatement;
import io.attestedmesh.voting.violation.Conduct;
import io.attestedmesh.voting.violation.Reinstatement;
import java.util.List;
import java.util.Optional;

/**
 * What a replica remembers over a restart. What was put since the last {@link #commit} may be lost, all of it together;
 * nothing that follows from it is sent before.
 */
public interface Journal {
    Optional<Ballot> ballot(TransactionId transaction);

    void put(Ballot ballot);

    /** Transactions that are pending, in any order. */
    List<TransactionId> pending();

    /** Of the last statement that this node signed; 0 for none. */
    long lastOwn();

    /** This node's next statement. */
    void append(VerifiedStatement own);

    /** This node's statement of that sequence. */
    Optional<VerifiedStatement> own(long sequence);

    /** All of {@code node}'s statements up to this one are here. */
    long heard(String node);

    /** The statement of {@link #heard}. */
    Optional<VerifiedStatement> lastHeard(String node);

    void heard(String node, VerifiedStatement last);

    void put(Conduct.Known violation);

    void remove(Bytes violation);

    List<Conduct.Known> violations();

    void put(Reinstatement act);

    List<Reinstatement> reinstatements();

    /** Makes all of it durable: it is on the disk when this returns. */
    void commit();
}
