package io.attestedmesh.federated.gossip;

import io.attestedmesh.attest.evidence.OneLine;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** What nodes report of themselves, and where they disagree: the newest of each. */
final class Reports {
    private static final System.Logger LOG = System.getLogger(Reports.class.getName());
    private static final int MOST_DISAGREEMENTS = 100;

    private final MeterRegistry meters;
    private final int mostMetrics;
    private final Deque<GossipStatus.Metric> metrics = new ArrayDeque<>();
    private final Deque<GossipStatus.Disagreement> disagreements = new ArrayDeque<>();

    Reports(MeterRegistry meters, int mostMetrics) {
        this.meters = meters;
        this.mostMetrics = mostMetrics;
    }

    void metric(GossipStatus.Metric metric) {
        if (metrics.size() == mostMetrics) {
            metrics.remove();
        }
        metrics.add(metric);
    }

    void disagreement(GossipStatus.Disagreement found) {
        if (disagreements.contains(found)) {
            return;
        }
        if (disagreements.size() == MOST_DISAGREEMENTS) {
            disagreements.remove();
        }
        disagreements.add(found);
        meters.counter("amesh.gossip.disagreements").increment();
        LOG.log(
                System.Logger.Level.WARNING,
                () -> "event=federated.gossip.disagreement round=" + found.round() + " node="
                        + OneLine.of(found.node()) + " there=\""
                        + OneLine.of(found.there().toString()) + "\" here=\""
                        + OneLine.of(found.here().toString()) + "\"");
    }

    List<GossipStatus.Metric> metrics() {
        return List.copyOf(metrics);
    }

    List<GossipStatus.Disagreement> disagreements() {
        return List.copyOf(disagreements);
    }
}
