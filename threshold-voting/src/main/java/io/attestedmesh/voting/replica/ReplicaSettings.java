package io.attestedmesh.voting.replica;

import io.attestedmesh.voting.violation.ConductRules;
import java.time.Duration;

/**
 * Bounds and times of a replica.
 *
 * @param deadline from when a transaction is first heard of until a node without a vote signs a timeout
 * @param ask after which a peer is asked about a transaction that is pending and of which nothing more was heard; doubles up to
 *     the deadline, and so does how many are asked
 * @param grace within which a peer has to answer over a connection that works
 * @param resend after which statements that a peer does not acknowledge are sent again
 * @param pending transactions that may be open at a time
 * @param pendingOfOne of these, how many one peer alone may have opened, if that is less than an equal share
 * @param batch statements in one message
 */
public record ReplicaSettings(
        Duration deadline,
        Duration ask,
        Duration grace,
        Duration resend,
        int pending,
        int pendingOfOne,
        int batch,
        ConductRules conduct) {
    /** Half a minute to vote, a second until peers are asked, half a minute to answer; 100,000 pending, 10,000 by one peer. */
    public static final ReplicaSettings DEFAULT = new ReplicaSettings(
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            Duration.ofSeconds(2),
            100_000,
            10_000,
            256,
            ConductRules.DEFAULT);

    /** Nothing may be zero or negative. */
    public ReplicaSettings {
        if (Math.min(Math.min(deadline.toMillis(), ask.toMillis()), Math.min(grace.toMillis(), resend.toMillis())) <= 0
                || Math.min(Math.min(pending, pendingOfOne), batch) <= 0) {
            throw new IllegalArgumentException("a setting of a replica that is not positive");
        }
    }

    public ReplicaSettings withDeadline(Duration newDeadline) {
        return new ReplicaSettings(newDeadline, ask, grace, resend, pending, pendingOfOne, batch, conduct);
    }

    public ReplicaSettings withGrace(Duration newGrace) {
        return new ReplicaSettings(deadline, ask, newGrace, resend, pending, pendingOfOne, batch, conduct);
    }

    public ReplicaSettings withAsk(Duration newAsk) {
        return new ReplicaSettings(deadline, newAsk, grace, resend, pending, pendingOfOne, batch, conduct);
    }
}
