package io.attestedmesh.voting.node;

import io.attestedmesh.voting.replica.Ballot;
import io.attestedmesh.voting.replica.Outcome;
import io.attestedmesh.voting.replica.Replica;
import io.attestedmesh.voting.statement.Tally;
import io.attestedmesh.voting.statement.Value;
import java.time.Instant;
import java.util.Optional;

/**
 * A transaction as one node sees it.
 *
 * @param tally what nodes said
 * @param deadline when this node gives up to vote, if it has not
 */
public record TransactionView(Ballot ballot, Tally tally, Instant deadline) {
    static TransactionView of(Replica replica, Ballot ballot) {
        return new TransactionView(ballot, replica.tally(ballot), replica.deadline(ballot));
    }

    public Outcome outcome() {
        return ballot.outcome();
    }

    public Optional<Value> value() {
        return ballot.value();
    }

    /** Why it can still become neither decided nor failed while every node says one thing; empty if it can, or is. */
    public Optional<String> stuck() {
        return outcome() == Outcome.PENDING && !tally.mayDecide() && !tally.mayFail()
                ? Optional.of("the votes are split: too few for any value are left, and too many to fail")
                : Optional.empty();
    }
}
