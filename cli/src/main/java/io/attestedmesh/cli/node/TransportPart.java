package io.attestedmesh.cli.node;

import io.attestedmesh.attest.policy.AttestationResult;
import io.attestedmesh.cli.config.Address;
import io.attestedmesh.cli.telemetry.StatusPart;
import io.attestedmesh.transport.connection.AttestedConnections.Connection;
import io.attestedmesh.transport.grpc.AttestedGrpc;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Where a node listens, by which engine, and its open connections, as operators see them. */
record TransportPart(Address listening, String engine, AttestedGrpc grpc) implements StatusPart {
    /** The same, and {@code amesh.tls.connections} counts the connections. */
    static TransportPart counted(Address listening, String engine, AttestedGrpc grpc, MeterRegistry meters) {
        meters.gauge("amesh.tls.connections", grpc, all -> all.connections().size());
        return new TransportPart(listening, engine, grpc);
    }

    @Override
    public String name() {
        return "transport";
    }

    @Override
    public Map<String, ?> status() {
        List<Connection> open = grpc.connections();
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("listening", listening);
        status.put("engine", engine);
        status.put("open", open.size());
        status.put(
                "connections",
                open.stream()
                        .sorted(Comparator.comparing(Connection::since))
                        .map(TransportPart::shown)
                        .toList());
        return status;
    }

    private static Map<String, Object> shown(Connection connection) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("peer", connection.peer().identity());
        shown.put("role", connection.peerRole().name().toLowerCase(Locale.ROOT));
        shown.put("remote", connection.remote());
        shown.put("since", connection.since().truncatedTo(ChronoUnit.MILLIS));
        shown.put("release", connection.peer().attestation().map(AttestationResult::releaseName));
        shown.put("simulated", connection.peer().simulated());
        shown.put("certificateEnds", connection.peer().certificateExpiresAt());
        return shown;
    }
}
