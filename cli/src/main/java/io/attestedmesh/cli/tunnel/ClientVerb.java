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
import io.attestedmesh.transport.tunnel.PlainTls;
import io.attestedmesh.transport.tunnel.TunnelClient;
import io.attestedmesh.transport.tunnel.TunnelLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code amesh tunnel client}: leads programs that know nothing of it to an attested server, until SIGTERM or SIGINT. */
@Command(
        name = "client",
        description = "Lead programs that know nothing of it to an attested server, until SIGTERM.",
        footer = {"", "SIGHUP has it look at its files at once; docs/tunnel.md has the rest."})
final class ClientVerb implements Verb {
    private static final Pattern SERVICE = Pattern.compile("[A-Za-z0-9._-]{1,253}");

    private final Terminal terminal;

    @Mixin
    private ConfigOptions configuration;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT|unix:PATH",
            required = true,
            description = "Where programs of this machine come to.")
    private String listen;

    @Option(
            names = "--target",
            paramLabel = "HOST:PORT|unix:PATH",
            required = true,
            description = "Where the server of the tunnel listens.")
    private String target;

    @Option(names = "--name", paramLabel = "NAME", description = "Who must answer; by default HOST of the target.")
    private Optional<String> name = Optional.empty();

    @Option(
            names = "--service",
            paramLabel = "NAME",
            description = "Which of the server's targets; by default its own.")
    private Optional<String> service = Optional.empty();

    @Option(names = "--unsafe-listen", description = "Programs may come from other machines, in plain TCP.")
    private boolean unsafeListen;

    @Option(
            names = "--plain-tls-certificate",
            paramLabel = "FILE",
            description = "Speak TLS to programs, with this certificate for localhost and none of theirs.")
    private Optional<Path> certificate = Optional.empty();

    @Option(names = "--plain-tls-key", paramLabel = "FILE", description = "The key of that certificate.")
    private Optional<Path> key = Optional.empty();

    @Option(
            names = "--plain-tls-alpn",
            paramLabel = "ID",
            split = ",",
            description = "What programs may ask for in ALPN, as what it leads to speaks it; default h2,http/1.1.")
    private List<String> protocols = PlainTls.PROTOCOLS;

    @Mixin
    private AccessOptions access;

    @Mixin
    private LimitOptions limits;

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    ClientVerb(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException, GeneralSecurityException {
        LogLevel.informByDefault();
        Place programs = listening();
        Endpoint server = Place.target("--target", target).endpoint();
        String proved = proved(server);
        AccessRule rule = access.rule().orElse(AccessRule.EVERY_VERIFIED_PEER);
        TunnelLimits given = limits.limits();
        checkService();
        if (certificate.isPresent() != key.isPresent()) {
            throw CommandException.usage(
                    "--plain-tls-certificate and --plain-tls-key come together", "'amesh pki issue' makes both");
        }
        if (protocols.stream().anyMatch(id -> id.isBlank() || id.length() > 255)) {
            throw CommandException.usage("--plain-tls-alpn has an empty or overlong id", "say h2 or http/1.1");
        }
        ConfigSource source = configuration.source(terminal);
        MeshConfig config = source.load();
        try (Stop stop = Stop.onSignal();
                NodeParts parts = NodeParts.ofNode(config, source, terminal.clock(), NsmDevice::open)) {
            AttestedTls tls = parts.client();
            try (Sidecar sidecar = Sidecar.of(certificate, key, protocols, parts);
                    TunnelClient client = start(
                            tls,
                            new TunnelClient.Settings(
                                    programs.endpoint(), server, proved, service, rule, sidecar.contexts(), given),
                            parts)) {
                Runnable lookNow = () -> {
                    parts.lookNow();
                    sidecar.lookNow();
                };
                return new Serving(terminal, config, parts, lookNow, json)
                        .until(
                                stop,
                                "client",
                                client,
                                tls,
                                target,
                                given.connections().drainTime());
            }
        }
    }

    private Place listening() throws CommandException {
        Place programs = Place.parse("--listen", listen);
        if (programs.exposed() && certificate.isPresent()) {
            throw CommandException.usage(
                    "--listen " + listen + " is not on loopback",
                    "TLS without certificates of clients lets everybody in who reaches it: listen on 127.0.0.1");
        }
        if (programs.exposed() && !unsafeListen) {
            throw CommandException.usage(
                    "--listen " + listen + " is not on loopback",
                    "whoever reaches it speaks as this node: listen on 127.0.0.1, or say --unsafe-listen");
        }
        return programs;
    }

    private String proved(Endpoint server) throws CommandException {
        if (name.isPresent()) {
            return name.get();
        }
        if (server instanceof Endpoint.Tcp tcp) {
            return tcp.host();
        }
        throw CommandException.usage("--target " + target + " names no host", "say --name, who must answer there");
    }

    private void checkService() throws CommandException {
        if (service.isPresent() && !SERVICE.matcher(service.get()).matches()) {
            throw CommandException.usage(
                    "--service " + service.get() + " is no name of a target",
                    "letters, digits, dots, hyphens and underscores");
        }
    }

    private TunnelClient start(AttestedTls tls, TunnelClient.Settings settings, NodeParts parts)
            throws CommandException {
        try {
            return TunnelClient.start(
                    tls, settings, terminal.clock(), parts.telemetry().meters());
        } catch (IOException e) {
            throw CommandException.cannotListen(listen, "--listen", e);
        }
    }
}
