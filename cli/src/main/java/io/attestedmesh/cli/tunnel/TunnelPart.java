package io.attestedmesh.cli.tunnel;

import io.attestedmesh.attest.policy.AttestationResult;
import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.cli.telemetry.StatusPart;
import io.attestedmesh.transport.tunnel.Tunnel;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One end of a tunnel and its open streams, as operators see them; of many, the oldest. */
record TunnelPart(String role, String engine, Tunnel tunnel) implements StatusPart {
    private static final int SHOWN = 100;

    @Override
    public String name() {
        return "tunnel";
    }

    @Override
    public Map<String, ?> status() {
        List<Tunnel.Stream> open = tunnel.streams();
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("role", role);
        status.put("listening", tunnel.listening().toString());
        status.put("engine", engine);
        status.put("open", open.size());
        status.put(
                "streams",
                open.stream()
                        .sorted(Comparator.comparing(Tunnel.Stream::since))
                        .limit(SHOWN)
                        .map(TunnelPart::shown)
                        .toList());
        return status;
    }

    private static Map<String, Object> shown(Tunnel.Stream stream) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("peer", stream.peer().map(peer -> peer.identity().name()));
        shown.put("release", stream.peer().flatMap(AttestedPeer::attestation).map(AttestationResult::releaseName));
        shown.put("level", stream.peer().map(peer -> peer.freshness().label()));
        shown.put("remote", stream.remote());
        shown.put("target", stream.target());
        shown.put("since", stream.since().truncatedTo(ChronoUnit.MILLIS));
        shown.put("received", stream.received());
        shown.put("sent", stream.sent());
        return shown;
    }
}
