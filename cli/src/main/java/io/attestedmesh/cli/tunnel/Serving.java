package io.attestedmesh.cli.tunnel;

import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Stop;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.config.MeshConfig;
import io.attestedmesh.cli.node.NodeParts;
import io.attestedmesh.transport.AttestedTls;
import io.attestedmesh.transport.tunnel.Tunnel;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** One end of a tunnel from its start to its orderly end. */
final class Serving {
    private final Terminal terminal;
    private final MeshConfig config;
    private final NodeParts parts;
    private final Runnable lookNow;
    private final boolean json;

    Serving(Terminal terminal, MeshConfig config, NodeParts parts, Runnable lookNow, boolean json) {
        this.terminal = terminal;
        this.config = config;
        this.parts = parts;
        this.lookNow = lookNow;
        this.json = json;
    }

    /** Says what it is, and returns once it has ended after a signal. */
    ExitStatus until(Stop stop, String role, Tunnel tunnel, AttestedTls tls, String leadsTo, Duration drain) {
        parts.onChange(tunnel::recheck);
        HangUp.onSignal(lookNow);
        parts.telemetry().add(new TunnelPart(role, tls.engine().name(), tunnel));
        parts.telemetry().serving();
        report(tunnel, tls, leadsTo);
        ExitStatus status = stop.await();
        parts.telemetry().draining();
        terminal.say("amesh: stopping: no new streams, " + drain.toSeconds() + " s for those that are open");
        try {
            if (!tunnel.drain(drain)) {
                terminal.say("amesh: " + tunnel.streams().size() + " streams are cut");
            }
        } catch (InterruptedException e) {
            // asked once more: at once
        }
        return status;
    }

    private void report(Tunnel tunnel, AttestedTls tls, String leadsTo) {
        parts.warnings().forEach(terminal::warn);
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("listening", tunnel.listening().toString());
        state.put("target", leadsTo);
        state.put("identity", config.node().name());
        state.put("mode", config.node().modeName());
        state.put("engine", tls.engine().name());
        state.put("certificateEnds", tls.credentials().current().notAfter());
        parts.list().ifPresent(list -> {
            state.put("releases", list.list().name());
            state.put("releasesVersion", list.version());
            state.put("releasesEnd", list.list().expiresAt());
        });
        parts.telemetry().address().ifPresent(address -> state.put("telemetry", address));
        terminal.report(state, json);
    }
}
