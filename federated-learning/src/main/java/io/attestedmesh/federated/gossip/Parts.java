package io.attestedmesh.federated.gossip;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What learning is done with.
 *
 * @param peers how far the others are in what is being learned
 */
record Parts(
        Setup setup,
        Neighbours neighbours,
        Gossip gossip,
        ModelSender sender,
        Trainer trainer,
        Stages stages,
        Reports reports,
        PeersProgress peers) {

    /** Metrics of this node, here and to the others. */
    void report(int round, Map<String, Double> metrics) {
        List<String> arguments = new ArrayList<>();
        metrics.forEach((name, value) -> {
            arguments.add(name);
            arguments.add(value.toString());
            reports.metric(new GossipStatus.Metric(setup.self(), round, name, value));
        });
        if (!arguments.isEmpty()) {
            gossip.broadcast(Commands.METRICS, round, arguments);
        }
    }
}
