package io.attestedmesh.voting.coordination;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.voting.statement.Certificate;
import io.attestedmesh.voting.statement.MalformedStatementException;
import io.attestedmesh.voting.statement.RejectedStatementException;
import io.attestedmesh.voting.statement.StatementVerifier;
import io.attestedmesh.voting.statement.VerifiedCertificate;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One certificate on its way into the store. */
final class Publication {
    /** How it ended. */
    enum Ending {
        /** It was written where nothing stood. */
        WRITTEN,
        /** A certificate that verifies stands there, and says the same. */
        PRESENT,
        /** It was written over what does not verify. */
        REPLACED,
        /** A certificate that verifies stands there, and says otherwise. */
        CONFLICT,
        /** What came out of the spool does not verify itself. */
        UNREADABLE
    }

    private static final int ROUNDS = 16;

    private final Coordination store;
    private final StatementVerifier verifier;
    private final PublisherJournal journal;
    private final Bytes encoded;

    Publication(Coordination store, StatementVerifier verifier, PublisherJournal journal, Bytes encoded) {
        this.store = store;
        this.verifier = verifier;
        this.journal = journal;
        this.encoded = encoded;
    }

    CompletableFuture<Ending> begin() {
        try {
            return write(Certificate.parse(encoded), 0, 0);
        } catch (MalformedStatementException e) {
            return unreadable(e);
        }
    }

    private CompletableFuture<Ending> write(Certificate ours, long revision, int round) {
        if (round >= ROUNDS) {
            return CompletableFuture.failedFuture(new CoordinationException(
                    "the row of " + ours.transaction() + " changes faster than it can be read"));
        }
        return store.swap(ours.transaction(), revision, encoded).thenCompose(swap -> {
            if (swap.done()) {
                return ended(revision == 0 ? Ending.WRITTEN : Ending.REPLACED);
            }
            return swap.present()
                    .map(row -> beside(ours, row, round))
                    .orElseGet(() -> write(ours, 0, round + 1)); // it was there, and is not any more
        });
    }

    private static CompletableFuture<Ending> ended(Ending ending) {
        return CompletableFuture.completedFuture(ending);
    }

    private CompletableFuture<Ending> beside(Certificate ours, StoredOutcome row, int round) {
        if (row.certificate().equals(encoded)) {
            return ended(Ending.PRESENT);
        }
        Optional<VerifiedCertificate> stored = verified(ours, row);
        if (stored.isPresent() && stored.get().value().equals(ours.value())) {
            return ended(Ending.PRESENT);
        }
        VerifiedCertificate own;
        try {
            own = verifier.verify(ours);
        } catch (RejectedStatementException e) {
            return unreadable(e); // what is no proof of ours accuses and replaces nothing
        }
        if (stored.isPresent()) {
            journal.conflict(new Conflict(own, stored.get()));
            return ended(Ending.CONFLICT);
        }
        return write(ours, row.revision(), round + 1);
    }

    // a vote whose key is not known yet counts as none: nodes that know it compare the row with what they have
    private Optional<VerifiedCertificate> verified(Certificate ours, StoredOutcome row) {
        try {
            return Optional.of(row.verified(ours.transaction(), verifier));
        } catch (MalformedStatementException | RejectedStatementException e) {
            journal.forged(ours.transaction(), row, OneLine.of(e.getMessage()));
            return Optional.empty();
        }
    }

    private CompletableFuture<Ending> unreadable(Exception why) {
        journal.unreadable(encoded, OneLine.of(why.getMessage()));
        return ended(Ending.UNREADABLE);
    }
}
