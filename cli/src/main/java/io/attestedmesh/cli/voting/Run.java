package io.attestedmesh.cli.voting;

import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Stop;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.config.Address;
import io.attestedmesh.cli.config.ConfigOptions;
import io.attestedmesh.cli.config.ConfigSource;
import io.attestedmesh.cli.config.MeshConfig;
import io.attestedmesh.cli.config.PeerSection;
import io.attestedmesh.cli.config.VotingSection;
import io.attestedmesh.cli.logging.LogLevel;
import io.attestedmesh.cli.node.NodeParts;
import io.attestedmesh.cli.telemetry.LocalServer;
import io.attestedmesh.enclave.nsm.NsmDevice;
import io.attestedmesh.mpc.network.AttestedTransport;
import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.transport.grpc.AttestedGrpc;
import io.attestedmesh.transport.grpc.TransportLimits;
import io.attestedmesh.voting.coordination.Coordination;
import io.attestedmesh.voting.journal.FileJournal;
import io.attestedmesh.voting.journal.JournalException;
import io.attestedmesh.voting.ledger.Ledger;
import io.attestedmesh.voting.node.InsecureByzantine;
import io.attestedmesh.voting.node.NodeSettings;
import io.attestedmesh.voting.node.VotingNode;
import io.attestedmesh.voting.replica.ReplicaSettings;
import io.attestedmesh.voting.service.VotingService;
import io.attestedmesh.voting.statement.RejectedStatementException;
import io.attestedmesh.voting.statement.StatementSigner;
import io.grpc.Server;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code amesh voting run}: a node of a voting network, until SIGTERM or SIGINT. */
@Command(
        name = "run",
        description = {
            "Vote with the [voting] members, until SIGTERM.",
            "Calls the [[peers]] that have a voting-address; of the others it learns where they are."
        },
        footer = {"", "Example:", "  amesh voting run --config amesh.toml"})
final class Run implements Verb {
    /** The largest answer holds a certificate of the largest committee. */
    private static final int MESSAGE_BYTES = 4 << 20;

    private final Terminal terminal;

    @Mixin
    private ConfigOptions configuration;

    @Option(
            names = "--insecure-byzantine",
            description =
                    "Let 'amesh voting test-byzantine' have this node break the rules; in a simulated network only.")
    private boolean byzantine;

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    Run(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException, GeneralSecurityException {
        LogLevel.informByDefault();
        ConfigSource source = configuration.source(terminal);
        MeshConfig config = source.load();
        VotingSection section = AdminOptions.section(configuration, config);
        String self = config.node().name().name();
        if (!section.committee().contains(self)) {
            throw CommandException.usage(
                    "this node, " + self + ", is none of the [voting] members", "name it there, on all nodes alike");
        }
        if (byzantine && config.attestation().simulated().isEmpty()) {
            throw CommandException.usage(
                    "--insecure-byzantine is for a simulated network, and this node is not of one",
                    "leave it out: a node that breaks rules is excluded by the others");
        }
        VotingFolder folder = new VotingFolder(section.folder());
        folder.prepare(new SecureRandom());
        StatementSigner signer = new StatementSigner(section.committee(), self, folder.votingKey());
        try (Stop stop = Stop.onSignal()) {
            stop.status(ExitStatus.DONE);
            return run(stop, config, source, section, folder, signer);
        } catch (InterruptedException e) {
            return ExitStatus.DONE;
        } catch (JournalException e) {
            throw CommandException.failed(
                    e.getMessage(),
                    "unless another node runs with this [voting] folder: docs/voting.md, \"Runbook\"",
                    e);
        } catch (RejectedStatementException e) {
            throw CommandException.failed(
                    "the journal is not of this voting key: " + e.getMessage(),
                    "another key needs another [voting] epoch, on all nodes alike, and a folder of its own",
                    e);
        }
    }

    private ExitStatus run(
            Stop stop,
            MeshConfig config,
            ConfigSource source,
            VotingSection section,
            VotingFolder folder,
            StatementSigner signer)
            throws CommandException, IOException, GeneralSecurityException, InterruptedException,
                    RejectedStatementException {
        TransportLimits limits = TransportLimits.DEFAULT.withMessageBytes(MESSAGE_BYTES);
        Optional<Party> advertised = advertised(config, section, signer.node());
        try (NodeParts parts = NodeParts.ofNode(config, source, terminal.clock(), NsmDevice::open);
                AttestedGrpc client = new AttestedGrpc(parts.client(), limits, terminal.clock());
                AttestedGrpc listening = new AttestedGrpc(parts.server(), limits, terminal.clock());
                FileJournal journal = FileJournal.open(folder.journal(), section.committee(), signer.node());
                Ledger ledger = Stores.ledger(section);
                Coordination coordination =
                        Stores.coordination(section, parts.telemetry().meters(), terminal.clock())) {
            VotingNode node = node(config, section, signer, journal, client, advertised, parts);
            parts.onChange(client::recheck);
            parts.onChange(listening::recheck);
            VotingService service = new VotingService(
                    node,
                    signer,
                    ledger,
                    coordination,
                    advertised,
                    parts.telemetry().meters());
            Server server = listen(config, listening, node);
            try (service;
                    LocalServer admin = admin(section, folder, node, service, ledger, signer)) {
                service.start();
                var unused = node.ended().whenComplete((ended, failure) -> stop.fail());
                parts.telemetry().add(new VotingPart(node, service));
                parts.telemetry().serving();
                report(config, section, parts, server, admin);
                return stop.await();
            } finally {
                parts.telemetry().draining();
                server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
            }
        }
    }

    /** Where others reach this node, if that can be told. */
    private static Optional<Party> advertised(MeshConfig config, VotingSection section, String self) {
        Address listen = config.node().listen();
        boolean plain = listen.port() != 0
                && !listen.host().equals("0.0.0.0")
                && !listen.host().equals("::");
        return section.advertise()
                .or(() -> plain ? Optional.of(listen) : Optional.empty())
                .map(address -> Party.of(1, new PeerIdentity(self), address.host(), address.port()));
    }

    private VotingNode node(
            MeshConfig config,
            VotingSection section,
            StatementSigner signer,
            FileJournal journal,
            AttestedGrpc client,
            Optional<Party> advertised,
            NodeParts parts)
            throws RejectedStatementException {
        NodeSettings settings = NodeSettings.DEFAULT
                .with(ReplicaSettings.DEFAULT.withDeadline(section.deadline()))
                .withSpool(section.spool());
        VotingNode.Builder builder = VotingNode.builder(signer, journal, new AttestedTransport(client))
                .settings(settings)
                .clock(terminal.clock())
                .meters(parts.telemetry().meters());
        advertised.ifPresent(builder::advertised);
        for (PeerSection peer : config.peers()) {
            peer.votingAddress()
                    .ifPresent(address -> builder.contact(
                            Party.of(1, new PeerIdentity(peer.name()), address.host(), address.port())));
        }
        return builder.build();
    }

    private static Server listen(MeshConfig config, AttestedGrpc listening, VotingNode node)
            throws CommandException, IOException {
        Address listen = config.node().listen();
        try {
            return node.addTo(listening.server(listen.socket())).build().start();
        } catch (IOException e) {
            throw CommandException.cannotListen(listen, "[node] listen", e);
        }
    }

    private LocalServer admin(
            VotingSection section,
            VotingFolder folder,
            VotingNode node,
            VotingService service,
            Ledger ledger,
            StatementSigner signer)
            throws CommandException, IOException {
        Optional<InsecureByzantine> liar =
                byzantine ? Optional.of(new InsecureByzantine(node, signer)) : Optional.empty();
        AdminActs acts =
                new AdminActs(node, service, ledger, signer.node(), section.operator(), liar, terminal.clock());
        try {
            return LocalServer.start(section.admin(), folder.adminToken(), acts.byPath(), AdminActs.PATIENCE);
        } catch (IOException e) {
            throw CommandException.cannotListen(section.admin() + " for 'amesh voting'", "[voting] admin", e);
        }
    }

    private void report(MeshConfig config, VotingSection section, NodeParts parts, Server server, LocalServer admin) {
        parts.warnings().forEach(terminal::warn);
        if (byzantine) {
            terminal.warn("INSECURE: this node breaks the rules when it is asked to");
        }
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("listening", new Address(config.node().listen().host(), server.getPort()));
        state.put("identity", config.node().name());
        state.put("committee", section.committee());
        state.put("admin", admin.address());
        parts.telemetry().address().ifPresent(address -> state.put("telemetry", address));
        terminal.report(state, json);
    }
}
