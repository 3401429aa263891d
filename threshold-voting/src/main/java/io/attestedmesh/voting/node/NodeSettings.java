package io.attestedmesh.voting.node;

import io.attestedmesh.voting.replica.ReplicaSettings;
import java.time.Duration;

/**
 * Bounds and times of a node.
 *
 * @param replica those of the replica
 * @param tick how often time is looked at
 * @param rate signatures and questions of one peer that are looked at in a second
 * @param votes of this node's own that wait to be signed
 */
public record NodeSettings(ReplicaSettings replica, Duration tick, int rate, int votes) {
    /** Ten times a second; 20,000 signatures a second of each peer; 10,000 votes wait. */
    public static final NodeSettings DEFAULT =
            new NodeSettings(ReplicaSettings.DEFAULT, Duration.ofMillis(100), 20_000, 10_000);

    /** Nothing may be zero or negative. */
    public NodeSettings {
        if (tick.toMillis() <= 0 || Math.min(rate, votes) <= 0) {
            throw new IllegalArgumentException("a setting of a voting node that is not positive");
        }
    }

    public NodeSettings with(ReplicaSettings newReplica) {
        return new NodeSettings(newReplica, tick, rate, votes);
    }
}
