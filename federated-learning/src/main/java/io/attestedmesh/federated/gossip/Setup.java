package io.attestedmesh.federated.gossip;

import io.attestedmesh.federated.aggregate.AggregationRule;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.random.RandomGenerator;

/**
 * What the parts of a node have in common.
 *
 * @param averages whether several updates are sent as their average
 */
record Setup(
        Members members,
        AggregationRule rule,
        boolean averages,
        GossipTiming timing,
        GossipLimits limits,
        Clock clock,
        RandomGenerator random,
        MeterRegistry meters) {
    /** What messages outside of rounds say. */
    static final int NO_ROUND = -1;

    String self() {
        return members.self();
    }
}
