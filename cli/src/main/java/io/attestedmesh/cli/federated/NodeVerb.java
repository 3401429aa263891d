package io.attestedmesh.cli.federated;

import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Stop;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.config.Address;
import io.attestedmesh.cli.config.ConfigOptions;
import io.attestedmesh.cli.config.ConfigSource;
import io.attestedmesh.cli.config.FederatedSection;
import io.attestedmesh.cli.config.GossipSection;
import io.attestedmesh.cli.config.MeshConfig;
import io.attestedmesh.cli.config.PeerSection;
import io.attestedmesh.cli.logging.LogLevel;
import io.attestedmesh.cli.node.NodeParts;
import io.attestedmesh.enclave.nsm.NsmDevice;
import io.attestedmesh.federated.gossip.GossipLimits;
import io.attestedmesh.federated.gossip.GossipNode;
import io.attestedmesh.federated.gossip.GossipStatus;
import io.attestedmesh.federated.gossip.Member;
import io.attestedmesh.federated.gossip.Stage;
import io.attestedmesh.federated.learn.LearnerException;
import io.attestedmesh.mpc.network.AttestedTransport;
import io.attestedmesh.transport.grpc.AttestedGrpc;
import io.attestedmesh.transport.grpc.TransportLimits;
import io.grpc.Server;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code amesh fl node}: learns by gossip with the peers of a configuration, until SIGTERM or SIGINT. */
@Command(
        name = "node",
        description = {
            "Learn by gossip with the [[peers]] that have a gossip-address, until SIGTERM.",
            "Takes part in what any of them begins; with --learn it begins itself."
        },
        footer = {"", "Example:", "  amesh fl node --config amesh.toml --learn 10 -- python3 learner.py"})
final class NodeVerb implements Verb {
    private static final long CONNECT_SECONDS = 60;
    /** For what stands beside a model in its message. */
    private static final int MODEL_OVERHEAD = 1 << 20;

    private final Terminal terminal;

    @Mixin
    private ConfigOptions configuration;

    @Option(
            names = "--learn",
            paramLabel = "ROUNDS",
            description = "Begin so many rounds, from the parameters of this node's learner, once all peers are there.")
    private Optional<Integer> rounds = Optional.empty();

    @Option(names = "--epochs", paramLabel = "N", description = "Of each round, with --learn; by default 1.")
    private int epochs = 1;

    @Option(
            names = "--train-set",
            paramLabel = "N",
            description = "How many nodes train in a round, with --learn; by default all.")
    private Optional<Integer> trainSet = Optional.empty();

    @Option(names = "--experiment", paramLabel = "NAME", description = "What it is called, with --learn.")
    private String experiment = "amesh";

    @Mixin
    private LearnerOptions learning;

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    NodeVerb(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException, GeneralSecurityException {
        LogLevel.informByDefault();
        ConfigSource source = configuration.source(terminal);
        MeshConfig config = source.load();
        FederatedSection federated = config.federated()
                .filter(section -> section.gossip().isPresent())
                .orElseThrow(() -> CommandException.usage(
                        configuration.file() + " has no [federated] gossip-address",
                        "docs/configuration.md says how a node learns by gossip"));
        List<Member> members = members(config, federated.gossip().get());
        try (Stop stop = Stop.onSignal()) {
            stop.status(ExitStatus.DONE);
            return run(stop, config, source, federated, members);
        } catch (InterruptedException e) {
            return ExitStatus.DONE;
        } catch (LearnerException e) {
            throw CommandException.failed(
                    "the learner failed: " + e.getMessage(), "docs/learners.md says how it is spoken to", e);
        }
    }

    private static List<Member> members(MeshConfig config, GossipSection self) throws CommandException {
        List<Member> members = new ArrayList<>();
        members.add(new Member(self.address(), config.node().name()));
        for (PeerSection peer : config.peers()) {
            peer.gossipAddress().ifPresent(address -> members.add(new Member(address, new PeerIdentity(peer.name()))));
        }
        if (members.size() < 2) {
            throw CommandException.usage(
                    "there is nobody to learn with", "give the [[peers]] that take part their gossip-address");
        }
        return members;
    }

    private ExitStatus run(
            Stop stop, MeshConfig config, ConfigSource source, FederatedSection federated, List<Member> members)
            throws CommandException, IOException, GeneralSecurityException, LearnerException, InterruptedException {
        TransportLimits limits = TransportLimits.DEFAULT.withMessageBytes(
                (int) Math.min(Integer.MAX_VALUE, (long) federated.messageBytes() + MODEL_OVERHEAD));
        try (LearnerOptions.Opened learner = learning.open();
                NodeParts parts = NodeParts.ofNode(config, source, terminal.clock(), NsmDevice::open);
                AttestedGrpc client = new AttestedGrpc(parts.client(), limits, terminal.clock());
                AttestedGrpc listening = new AttestedGrpc(parts.server(), limits, terminal.clock())) {
            GossipNode node = node(federated, members, client, learner, parts);
            parts.onChange(client::recheck);
            parts.onChange(listening::recheck);
            Server server = listen(config, listening, node);
            try {
                node.start();
                parts.telemetry().add(new GossipPart(node));
                parts.telemetry().serving();
                report(config, federated, parts, members, server);
                connect(node, members);
                if (rounds.isPresent()) {
                    begin(node, members);
                }
                return stop.await();
            } finally {
                parts.telemetry().draining();
                node.close(); // it says goodbye while it is still answered
                server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
            }
        }
    }

    private GossipNode node(
            FederatedSection federated,
            List<Member> members,
            AttestedGrpc client,
            LearnerOptions.Opened learner,
            NodeParts parts)
            throws IOException {
        GossipSection gossip = federated.gossip().orElseThrow();
        GossipNode.Builder builder = GossipNode.builder(
                        gossip.address(), members, new AttestedTransport(client), learner.learner())
                .rule(federated.newRule())
                .limits(GossipLimits.DEFAULT.withModelBytes(federated.messageBytes()))
                .folder(federated.folder())
                .clock(terminal.clock())
                .meters(parts.telemetry().meters())
                .listener(this::tell);
        if (gossip.pickle()) {
            builder.pickle();
        }
        if (gossip.insecureUnattested()) {
            builder.insecureAllowUnattested();
        }
        return builder.build();
    }

    private static Server listen(MeshConfig config, AttestedGrpc listening, GossipNode node)
            throws CommandException, IOException {
        Address listen = config.node().listen();
        try {
            return node.addTo(listening.server(listen.socket())).build().start();
        } catch (IOException e) {
            throw CommandException.cannotListen(listen, "[node] listen", e);
        }
    }

    private void report(
            MeshConfig config, FederatedSection federated, NodeParts parts, List<Member> members, Server server) {
        parts.warnings().forEach(terminal::warn);
        GossipSection gossip = federated.gossip().orElseThrow();
        if (gossip.insecureUnattested()) {
            terminal.warn("INSECURE: peers need not prove which code they run");
        }
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("listening", new Address(config.node().listen().host(), server.getPort()));
        state.put("identity", config.node().name());
        state.put("members", members.size());
        parts.telemetry().address().ifPresent(address -> state.put("telemetry", address));
        state.put("address", gossip.address());
        terminal.report(state, json);
    }

    /** What is away is tried again by the node itself. */
    private void connect(GossipNode node, List<Member> members) throws InterruptedException {
        for (Member member : members.subList(1, members.size())) {
            try {
                node.connect(member.address()).get(CONNECT_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
                terminal.say("amesh: " + member.identity() + " is not there yet");
            }
        }
    }

    private void begin(GossipNode node, List<Member> members) throws InterruptedException, CommandException {
        int others = members.size() - 1;
        while (node.status().neighbours().stream()
                        .filter(GossipStatus.Peer::direct)
                        .count()
                < others) {
            TimeUnit.MILLISECONDS.sleep(200);
        }
        try {
            String name = node.startLearning(rounds.orElseThrow(), epochs, trainSet.orElse(members.size()), experiment)
                    .get();
            terminal.say("amesh: learning " + name);
        } catch (ExecutionException e) {
            throw CommandException.failed(
                    "learning did not begin: " + e.getCause().getMessage(), "'amesh fl status' shows what goes on", e);
        }
    }

    /** On the node's own thread. */
    private void tell(GossipStatus status) {
        if (status.stage() != Stage.IDLE) {
            terminal.say("amesh: round " + (status.round() + 1) + ": "
                    + status.stage().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '));
            return;
        }
        terminal.say("amesh: nothing is being learned");
    }
}
