package io.attestedmesh.cli.federated;

import io.attestedmesh.attest.policy.AttestationResult;
import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.cli.telemetry.StatusPart;
import io.attestedmesh.federated.server.Participant;
import io.attestedmesh.federated.server.Participants;
import io.attestedmesh.federated.server.RoundProgress;
import io.attestedmesh.federated.server.RoundReport;
import io.attestedmesh.federated.server.RoundServer;
import io.attestedmesh.transport.tunnel.TunnelledPeer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The rounds of a server and who takes part, as operators see them; of many, the latest rounds and the first participants. */
record RoundsPart(RoundServer server, Participants participants) implements StatusPart {
    static final String NAME = "federated";

    private static final int SHOWN = 100;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Map<String, ?> status() {
        RoundProgress progress = server.progress();
        List<RoundReport> reports = server.reports();
        List<Participant> all = participants.all();
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("stage", progress.stage().name().toLowerCase(Locale.ROOT));
        status.put("round", progress.round());
        status.put("rounds", progress.rounds());
        status.put("asked", progress.asked());
        status.put("answered", progress.answered());
        status.put("since", progress.since());
        status.put("connected", all.size());
        status.put(
                "participants", all.stream().limit(SHOWN).map(RoundsPart::shown).toList());
        status.put(
                "complete",
                reports.subList(Math.max(0, reports.size() - SHOWN), reports.size()).stream()
                        .map(RoundsPart::shown)
                        .toList());
        return status;
    }

    private static Map<String, Object> shown(Participant participant) {
        Optional<AttestedPeer> proved = participant.proved();
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("participant", participant.name());
        Optional<TunnelledPeer> tunnelled = participant.tunnelled();
        shown.put(
                "release",
                proved.flatMap(AttestedPeer::attestation)
                        .map(AttestationResult::releaseName)
                        .or(() -> tunnelled.flatMap(TunnelledPeer::release)));
        shown.put(
                "level",
                proved.map(peer -> peer.freshness().label()).or(() -> tunnelled.flatMap(TunnelledPeer::level)));
        return shown;
    }

    /** Flat, as a row of a table. */
    static Map<String, Object> shown(RoundReport report) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("round", report.round());
        shown.put("ended", report.ended());
        shown.put("trained", report.trained().size());
        shown.put("failed", report.failed().size());
        if (report.secure()) {
            shown.put("secure", true);
        }
        shown.put("examples", report.examples());
        report.loss().ifPresent(loss -> shown.put("loss", rounded(loss)));
        report.unchanged().ifPresent(why -> shown.put("unchanged", why));
        // after all that is the server's own, which no client's name replaces
        report.evaluateMetrics().forEach((name, value) -> shown.putIfAbsent(name, rounded(value)));
        return shown;
    }

    private static double rounded(double value) {
        return Math.round(value * 1e4) / 1e4;
    }
}
