package io.attestedmesh.cli.config;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.transport.engine.TlsEngine;
import java.util.List;

/** Whether a TLS engine can carry the evidence in the session that a configuration demands. */
public final class SessionSupport {
    private SessionSupport() {}

    /**
     * Refuses what would have to become less than demanded.
     *
     * @throws CommandException with the engines that would do
     */
    public static void require(MeshConfig config, TlsEngine engine) throws CommandException {
        if (!config.demandsSession() || engine.hasExporter()) {
            return;
        }
        throw CommandException.usage(
                "level session needs an exporter, and TLS engine " + engine.name() + " has none here",
                "set [tls] engine to one of " + enginesThatDo()
                        + ", or write level = \"certificate\" in [attestation]");
    }

    private static String enginesThatDo() {
        List<String> names = TlsEngine.all().stream()
                .filter(engine -> engine.unavailable().isEmpty() && engine.hasExporter())
                .map(TlsEngine::name)
                .toList();
        return names.isEmpty() ? "(none works here)" : String.join(", ", names);
    }
}
