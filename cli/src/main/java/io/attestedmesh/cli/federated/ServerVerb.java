package io.attestedmesh.cli.federated;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Stop;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.config.Address;
import io.attestedmesh.cli.config.ConfigOptions;
import io.attestedmesh.cli.config.ConfigSource;
import io.attestedmesh.cli.config.FederatedSection;
import io.attestedmesh.cli.config.MeshConfig;
import io.attestedmesh.cli.logging.LogLevel;
import io.attestedmesh.cli.node.NodeParts;
import io.attestedmesh.cli.node.Parties;
import io.attestedmesh.cli.party.PartyNetwork;
import io.attestedmesh.enclave.nsm.NsmDevice;
import io.attestedmesh.federated.flower.FlowerService;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.Safetensors;
import io.attestedmesh.federated.server.Participants;
import io.attestedmesh.federated.server.RoundFiles;
import io.attestedmesh.federated.server.RoundReport;
import io.attestedmesh.federated.server.RoundServer;
import io.attestedmesh.federated.server.RoundsException;
import io.attestedmesh.federated.server.SecureRounds;
import io.attestedmesh.mpc.network.MpcNetwork;
import io.attestedmesh.transport.AttestedTls;
import io.attestedmesh.transport.grpc.AttestedGrpc;
import io.attestedmesh.transport.grpc.InsecureClients;
import io.attestedmesh.transport.grpc.InsecurePlaintext;
import io.attestedmesh.transport.grpc.PeerContext;
import io.attestedmesh.transport.grpc.TransportLimits;
import io.attestedmesh.transport.pki.PkiException;
import io.attestedmesh.transport.tunnel.PlainTls;
import io.attestedmesh.transport.tunnel.TunnelledPeers;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code amesh fl server}: runs the rounds of {@code [federated]} with whoever joins, then ends. */
@Command(
        name = "server",
        description = {
            "Run the rounds of federated learning that [federated] describes, with the clients that join.",
            "Goes on after the last complete round of its folder. Ends with the last round, or on SIGTERM."
        },
        footer = {
            "",
            "Exit status: 0 all rounds are complete, or it was stopped, 2 the configuration is wrong, 3 too few clients"
                    + " came, or a round could not be written.",
            "",
            "Example:",
            "  amesh fl server --config amesh.toml --set federated.rounds=10"
        })
final class ServerVerb implements Verb {
    private static final String FLOWER_TLS = "[federated] insecure-flower-tls";
    private static final String LOCAL = "[federated] local";

    private final Terminal terminal;

    @Mixin
    private ConfigOptions configuration;

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    ServerVerb(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException, GeneralSecurityException {
        LogLevel.informByDefault();
        ConfigSource source = configuration.source(terminal);
        MeshConfig config = source.load();
        FederatedSection federated = config.federated()
                .orElseThrow(() -> CommandException.usage(
                        configuration.file() + " has no section [federated]",
                        "docs/configuration.md says what belongs there"));
        Optional<Model> initial = federated.initial().isPresent()
                ? Optional.of(Safetensors.read(federated.initial().get()).model())
                : Optional.empty();
        try (Stop stop = Stop.onSignal();
                RoundFiles files = RoundFiles.open(federated.folder(), federated.weights());
                NodeParts parts = NodeParts.ofNode(config, source, terminal.clock(), NsmDevice::open)) {
            requireBeginning(federated, files);
            try (Parties parties =
                    federated.secure().isPresent() ? Parties.of(config, parts, terminal.clock()) : Parties.NONE) {
                return serve(stop, config, federated, parts, parties, files, initial);
            }
        }
    }

    /** Clients do not give their parameters in clear. */
    private static void requireBeginning(FederatedSection federated, RoundFiles files) throws CommandException {
        if (federated.secure().isPresent()
                && federated.initial().isEmpty()
                && files.latest().isEmpty()) {
            throw CommandException.usage(
                    "[federated] secure needs initial, for no client gives its parameters in clear",
                    "name a safetensors file with the parameters of the beginning");
        }
    }

    private ExitStatus serve(
            Stop stop,
            MeshConfig config,
            FederatedSection federated,
            NodeParts parts,
            Parties parties,
            RoundFiles files,
            Optional<Model> initial)
            throws CommandException, IOException, GeneralSecurityException {
        Participants participants = new Participants(federated.mostClients());
        RoundServer rounds = new RoundServer(
                federated.settings(),
                federated.newRule(),
                participants,
                files,
                parts.telemetry().meters(),
                terminal.clock(),
                new SecureRandom(),
                secure(federated, parties, parts));
        AttestedTls tls = parts.server();
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        List<Server> servers = new ArrayList<>();
        try (AttestedGrpc grpc = new AttestedGrpc(tls, limits(federated), terminal.clock())) {
            try {
                parts.onChange(grpc::recheck);
                listen(config, federated, grpc, parties, participants, timer, servers);
                parts.telemetry().add(new RoundsPart(rounds, participants));
                parts.telemetry().serving();
                report(config, federated, parts, tls, servers);
                return run(stop, rounds, initial, federated);
            } finally {
                parts.telemetry().draining();
                end(servers, timer);
            }
        }
    }

    private Optional<SecureRounds> secure(FederatedSection federated, Parties parties, NodeParts parts)
            throws CommandException {
        if (federated.secure().isEmpty()) {
            return Optional.empty();
        }
        PartyNetwork network = parties.network().orElseThrow();
        return Optional.of(new SecureRounds(
                network.network(),
                network.onlyContext(),
                federated.secure().get(),
                parts.telemetry().meters(),
                terminal.clock()));
    }

    private static TransportLimits limits(FederatedSection federated) {
        // a client's stream lasts as long as the rounds; attested connections end with their evidence anyway
        return TransportLimits.DEFAULT
                .withConnectionAge(Duration.ofDays(30))
                .withMessageBytes(Math.max(federated.messageBytes(), MpcNetwork.MESSAGE_BYTES))
                .withConnections(federated.mostClients() + 16, federated.mostClients() + 16);
    }

    private void listen(
            MeshConfig config,
            FederatedSection federated,
            AttestedGrpc grpc,
            Parties parties,
            Participants participants,
            ScheduledExecutorService timer,
            List<Server> servers)
            throws CommandException, IOException {
        TransportLimits limits = limits(federated);
        FlowerService attested =
                new FlowerService(participants, () -> Optional.of(PeerContext.current()), federated.transfers(), timer);
        start(
                "[node] listen",
                config.node().listen(),
                parties.addTo(grpc.server(config.node().listen().socket())),
                attested,
                servers);
        if (federated.flowerTls().isPresent()) {
            Address address = federated.flowerTls().get();
            start(
                    FLOWER_TLS,
                    address,
                    InsecureClients.becauseOf(FLOWER_TLS, limits).server(address.socket(), flowerTls(federated)),
                    attested.forUnknownCallers(),
                    servers);
        }
        if (federated.local().isPresent()) {
            Address address = federated.local().get();
            NettyServerBuilder local =
                    InsecurePlaintext.becauseOf(LOCAL, limits).server(address.socket());
            if (federated.localProxyHeader()) {
                TunnelledPeers peers = new TunnelledPeers(limits.handshakeTimeout(), terminal.clock());
                start(LOCAL, address, grpc.watched(local, peers), attested.forTunnelledCallers(peers), servers);
            } else {
                start(LOCAL, address, local, attested.forUnknownCallers(), servers);
            }
        }
    }

    private static SslContext flowerTls(FederatedSection federated) throws IOException, CommandException {
        try {
            return PlainTls.forGrpc(
                    federated.flowerCertificate().orElseThrow(),
                    federated.flowerKey().orElseThrow());
        } catch (PkiException e) {
            throw CommandException.usage(
                    String.valueOf(e.getMessage()), e.hint().orElse(""), e);
        }
    }

    private static void start(
            String key, Address address, NettyServerBuilder builder, FlowerService service, List<Server> servers)
            throws CommandException {
        try {
            servers.add(service.addTo(builder).build().start());
        } catch (IOException e) {
            throw CommandException.cannotListen(address, key, e);
        }
    }

    private void report(
            MeshConfig config, FederatedSection federated, NodeParts parts, AttestedTls tls, List<Server> servers) {
        parts.warnings().forEach(terminal::warn);
        federated
                .flowerTls()
                .ifPresent(address -> terminal.warn("INSECURE: whoever reaches " + address + " takes part"));
        Map<String, Object> state = new LinkedHashMap<>();
        state.put(
                "listening",
                new Address(config.node().listen().host(), servers.get(0).getPort()));
        state.put("identity", config.node().name());
        state.put("engine", tls.engine().name());
        state.put("rule", federated.ruleName());
        state.put("secure", federated.secure().isPresent());
        state.put("rounds", federated.settings().rounds());
        state.put("folder", federated.folder().toString());
        parts.telemetry().address().ifPresent(address -> state.put("telemetry", address));
        terminal.report(state, json);
    }

    private ExitStatus run(Stop stop, RoundServer rounds, Optional<Model> initial, FederatedSection federated)
            throws IOException, CommandException {
        int before = rounds.reports().size();
        if (before > 0) {
            terminal.say("amesh: going on after round " + before);
        }
        try (RoundsLine line = new RoundsLine(terminal, rounds, terminal.redraws())) {
            line.start();
            stop.status(ExitStatus.DONE);
            rounds.run(initial);
        } catch (RoundsException e) {
            stop.status(ExitStatus.FAILED);
            throw CommandException.failed(String.valueOf(e.getMessage()), "in [federated]: " + e.hint(), e);
        } catch (InterruptedException | ClosedByInterruptException e) {
            stopped(rounds, federated);
        } catch (IOException e) {
            if (!Thread.interrupted()) {
                stop.status(ExitStatus.FAILED);
                throw e;
            }
            stopped(rounds, federated); // amid writing a file, which then is not there
        }
        if (json) {
            List<RoundReport> all = rounds.reports();
            all.subList(before, all.size()).forEach(report -> terminal.json(RoundsPart.shown(report)));
        }
        return ExitStatus.DONE;
    }

    private void stopped(RoundServer rounds, FederatedSection federated) {
        terminal.say("amesh: stopped after round " + rounds.reports().size() + " of "
                + federated.settings().rounds() + "; started again, it goes on from there");
    }

    private static void end(List<Server> servers, ScheduledExecutorService timer) {
        servers.forEach(Server::shutdownNow);
        for (Server server : servers) {
            try {
                server.awaitTermination(5, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        timer.shutdownNow();
    }
}
