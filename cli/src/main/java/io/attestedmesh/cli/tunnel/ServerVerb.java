package io.attestedmesh.cli.tunnel;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Stop;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.config.ConfigOptions;
import io.attestedmesh.cli.config.ConfigSource;
import io.attestedmesh.cli.config.MeshConfig;
import io.attestedmesh.cli.logging.LogLevel;
import io.attestedmesh.cli.node.NodeParts;
import io.attestedmesh.enclave.nsm.NsmDevice;
import io.attestedmesh.transport.AttestedTls;
import io.attestedmesh.transport.connection.AccessRule;
import io.attestedmesh.transport.tunnel.Endpoint;
import io.attestedmesh.transport.tunnel.Targets;
import io.attestedmesh.transport.tunnel.TunnelLimits;
import io.attestedmesh.transport.tunnel.TunnelServer;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code amesh tunnel server}: leads attested clients to programs that know nothing of it, until SIGTERM or SIGINT. */
@Command(
        name = "server",
        description = "Lead attested clients to a program that knows nothing of it, until SIGTERM.",
        footer = {"", "SIGHUP has it look at its files at once; docs/tunnel.md has the rest."})
final class ServerVerb implements Verb {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,253}");

    private final Terminal terminal;

    @Mixin
    private ConfigOptions configuration;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT|unix:PATH",
            required = true,
            description = "Where clients of the tunnel come to.")
    private String listen;

    @Option(
            names = "--target",
            paramLabel = "HOST:PORT|unix:PATH",
            description = "Where streams lead that name no other target.")
    private Optional<String> target = Optional.empty();

    @Option(
            names = "--target-for",
            paramLabel = "NAME=TARGET",
            description = "Where those lead that name NAME, repeatable.")
    private Map<String, String> targets = Map.of();

    @Option(names = "--unsafe-target", description = "A target may be on another machine: plain TCP to there.")
    private boolean unsafeTarget;

    @Option(
            names = "--proxy-protocol",
            description = "Tell targets first who the client is, by PROXY protocol version 2.")
    private boolean proxyProtocol;

    @Mixin
    private AccessOptions access;

    @Mixin
    private LimitOptions limits;

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    ServerVerb(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException, GeneralSecurityException {
        LogLevel.informByDefault();
        AccessRule rule = access.required();
        Targets leading = targets();
        TunnelLimits given = limits.limits();
        TunnelServer.Settings settings = new TunnelServer.Settings(
                Place.parse("--listen", listen).endpoint(), leading, rule, proxyProtocol, given);
        ConfigSource source = configuration.source(terminal);
        MeshConfig config = source.load();
        try (Stop stop = Stop.onSignal();
                NodeParts parts = NodeParts.ofNode(config, source, terminal.clock(), NsmDevice::open)) {
            if (access.isAny()) {
                terminal.warn("INSECURE: every peer that the configuration accepts may use this tunnel");
            }
            AttestedTls tls = parts.server();
            try (TunnelServer server = start(tls, settings, parts)) {
                return new Serving(terminal, config, parts, parts::lookNow, json)
                        .until(
                                stop,
                                "server",
                                server,
                                tls,
                                shown(leading),
                                given.connections().drainTime());
            }
        }
    }

    private TunnelServer start(AttestedTls tls, TunnelServer.Settings settings, NodeParts parts)
            throws CommandException {
        try {
            return TunnelServer.start(
                    tls, settings, terminal.clock(), parts.telemetry().meters());
        } catch (IOException e) {
            throw CommandException.cannotListen(listen, "--listen", e);
        }
    }

    private Targets targets() throws CommandException {
        Map<String, Endpoint> byName = new LinkedHashMap<>();
        for (Map.Entry<String, String> entry : targets.entrySet()) {
            if (!NAME.matcher(entry.getKey()).matches()) {
                throw CommandException.usage(
                        "--target-for " + entry.getKey() + " is no name of a target",
                        "letters, digits, dots, hyphens and underscores");
            }
            if (byName.put(entry.getKey().toLowerCase(Locale.ROOT), local("--target-for", entry.getValue())) != null) {
                throw CommandException.usage("--target-for " + entry.getKey() + " is given twice", "keep one of them");
            }
        }
        Optional<Endpoint> otherwise =
                target.isPresent() ? Optional.of(local("--target", target.get())) : Optional.empty();
        if (byName.isEmpty() && otherwise.isEmpty()) {
            throw CommandException.usage(
                    "there is no target", "say --target 127.0.0.1:5432, or --target-for NAME=TARGET");
        }
        return new Targets(byName, otherwise);
    }

    private Endpoint local(String option, String typed) throws CommandException {
        Place place = Place.target(option, typed);
        if (place.exposed() && !unsafeTarget) {
            throw CommandException.usage(
                    option + " " + typed + " is not on loopback",
                    "what leaves the tunnel is not protected: run it beside its target, or say --unsafe-target");
        }
        return place.endpoint();
    }

    private static String shown(Targets targets) {
        StringBuilder shown =
                new StringBuilder(targets.otherwise().map(Endpoint::toString).orElse(""));
        targets.byName().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> shown.append(shown.isEmpty() ? "" : ", ")
                        .append(entry.getKey())
                        .append('=')
                        .append(entry.getValue()));
        return shown.toString();
    }
}
