package io.attestedmesh.cli.federated;

import io.attestedmesh.cli.telemetry.StatusPart;
import io.attestedmesh.federated.gossip.Experiment;
import io.attestedmesh.federated.gossip.GossipNode;
import io.attestedmesh.federated.gossip.GossipStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A node that learns by gossip, as operators see it; of metrics, the latest. */
record GossipPart(GossipNode node) implements StatusPart {
    private static final int SHOWN = 50;

    @Override
    public String name() {
        return RoundsPart.NAME;
    }

    @Override
    public Map<String, ?> status() {
        GossipStatus now = node.status();
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("stage", now.stage().name().toLowerCase(Locale.ROOT));
        status.put("round", now.round());
        status.put("rounds", now.experiment().map(Experiment::rounds).orElse(0));
        status.put("asked", now.trainSet().size());
        status.put("answered", now.contributors().size());
        status.put("experiment", now.experiment().map(Experiment::name));
        status.put("attested", now.attested());
        status.put(
                "participants", now.neighbours().stream().map(GossipPart::shown).toList());
        status.put(
                "complete", last(now.metrics()).stream().map(GossipPart::shown).toList());
        status.put("disagreements", now.disagreements().size());
        Map<String, Object> refused = new LinkedHashMap<>();
        now.refusals().forEach((reason, count) -> refused.put(reason.name(), count));
        status.put("refused", refused);
        return status;
    }

    private static <T> List<T> last(List<T> all) {
        return all.subList(Math.max(0, all.size() - SHOWN), all.size());
    }

    private static Map<String, Object> shown(GossipStatus.Peer peer) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("participant", peer.address());
        shown.put("identity", peer.identity());
        shown.put("release", peer.release());
        shown.put("direct", peer.direct());
        shown.put("heard", peer.heard());
        return shown;
    }

    private static Map<String, Object> shown(GossipStatus.Metric metric) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("round", metric.round());
        shown.put("node", metric.node());
        shown.put("metric", metric.name());
        shown.put("value", metric.value());
        return shown;
    }
}
