package io.attestedmesh.voting.node;

import io.attestedmesh.voting.replica.ReplicaSettings;
import java.time.Duration;

/**
 * Bounds and times of a node.
 *
 * @param replica those of the replica
 * @param tick how often time is looked at
 * @param hello a call on which nothing was said for so long is ended
 * @param rate signatures and questions of one peer that are looked at in a second
 * @param votes of this node's own that wait to be signed
 * @param spool what may wait for the ledger, and for the coordination store
 */
public record NodeSettings(ReplicaSettings replica, Duration tick, Duration hello, int rate, int votes, long spool) {
    /** Ten times a second; ten seconds; 20,000 signatures a second of each peer; 10,000 votes wait, and a million entries. */
    public static final NodeSettings DEFAULT = new NodeSettings(
            ReplicaSettings.DEFAULT, Duration.ofMillis(100), Duration.ofSeconds(10), 20_000, 10_000, 1_000_000);

    /** Nothing may be zero or negative. */
    public NodeSettings {
        if (Math.min(tick.toMillis(), hello.toMillis()) <= 0 || Math.min(rate, votes) <= 0 || spool <= 0) {
            throw new IllegalArgumentException("a setting of a voting node that is not positive");
        }
    }

    public NodeSettings with(ReplicaSettings newReplica) {
        return new NodeSettings(newReplica, tick, hello, rate, votes, spool);
    }

    public NodeSettings withSpool(long newSpool) {
        return new NodeSettings(replica, tick, hello, rate, votes, newSpool);
    }

    public NodeSettings withHello(Duration newHello) {
        return new NodeSettings(replica, tick, newHello, rate, votes, spool);
    }
}
