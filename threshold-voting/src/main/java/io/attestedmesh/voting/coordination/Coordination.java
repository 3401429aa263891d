package io.attestedmesh.voting.coordination;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.Certificate;
import io.attestedmesh.voting.statement.TransactionId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Outcomes by transaction, and who is there, of one committee. Nothing that is read here is verified: {@link
 * StoredOutcome#verified} does that. Each call ends within the store's timeout. Thread-safe.
 */
public interface Coordination extends AutoCloseable {
    /** A certificate of more bytes is not stored. */
    int LARGEST = Certificate.LARGEST;

    /** What stands there, if anything does. */
    Optional<StoredOutcome> outcome(TransactionId transaction) throws CoordinationException;

    /**
     * Writes {@code certificate} if the row still has this revision. The future fails with a {@link CoordinationException};
     * then the row may have been written or not.
     *
     * @param expectedRevision 0 if there must be no row
     */
    CompletableFuture<Swap> swap(TransactionId transaction, long expectedRevision, Bytes certificate);

    /** Waits for {@link #swap}. */
    default boolean compareAndSet(TransactionId transaction, long expectedRevision, Bytes certificate)
            throws CoordinationException {
        return Answers.of(swap(transaction, expectedRevision, certificate)).done();
    }

    /**
     * Shows this node to the others until the membership is closed. While the store is away it is tried again, and a record
     * that the store lost is written again.
     *
     * @param ttl a second at least; after a crash the record is gone so much later
     */
    Membership join(MemberRecord me, Duration ttl);

    /** Whose lease is alive, by name. What is malformed or of no node of the committee is skipped and counted. */
    List<MemberRecord> members() throws CoordinationException;

    /**
     * Tells {@code watcher} what is new until the result is closed. After an outage it goes on where it was; each change of a
     * row is seen, or a later one of that row.
     *
     * @throws CoordinationException if {@link WatchFrom#NOW} cannot be told, as the store is away
     */
    Watch watch(WatchFrom from, Watcher watcher) throws CoordinationException;

    /** Ends memberships and watches too. */
    @Override
    void close();
}
