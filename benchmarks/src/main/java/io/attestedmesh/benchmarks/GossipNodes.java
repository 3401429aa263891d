package io.attestedmesh.benchmarks;

import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.attest.tls.Roster;
import io.attestedmesh.federated.gossip.GossipLimits;
import io.attestedmesh.federated.gossip.GossipNode;
import io.attestedmesh.federated.gossip.GossipStatus;
import io.attestedmesh.federated.gossip.GossipTiming;
import io.attestedmesh.federated.gossip.Member;
import io.attestedmesh.federated.gossip.Stage;
import io.attestedmesh.mpc.network.AttestedTransport;
import io.attestedmesh.mpc.network.InsecureTransport;
import io.attestedmesh.mpc.network.Transport;
import io.attestedmesh.transport.ConnectionLog;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.grpc.AttestedGrpc;
import io.attestedmesh.transport.grpc.InsecurePlaintext;
import io.attestedmesh.transport.grpc.TransportLimits;
import io.grpc.ServerBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Nodes that learn by gossip, all in this process, for {@code benchmarks/gossip/compare.py}, whose arguments are
 * {@code name=value}, times in milliseconds. Prints {@code connected SECONDS CPU}, and then {@code aggregated SECONDS CPU} for
 * each round that all nodes have the aggregate of, both since the start of learning, which is when the first model is there.
 * With {@code -Dstages=true} each node's stages go to standard error, by which one sees where the time goes.
 */
public final class GossipNodes {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final int ROOM = 1 << 20;

    private final Map<String, String> settings;
    private final Optional<Parties> parties;
    private final List<String> names = new ArrayList<>();
    private final List<Member> members = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final TransportLimits limits;
    private final int[] aggregated;
    private long begin;
    private double cpuBefore;

    private record Node(GossipNode gossip, OneAdded learner, SimpleMeterRegistry meters) {}

    private GossipNodes(Map<String, String> settings) throws Exception {
        this.settings = settings;
        this.parties = settings.get("transport").equals("attested") ? Optional.of(new Parties()) : Optional.empty();
        this.limits = TransportLimits.DEFAULT.withMessageBytes(number("bytes") + ROOM);
        this.aggregated = new int[number("rounds")];
        List<ServerSocket> sockets =
                new ArrayList<>(); // open until all are there: the same port may be given out again
        for (int i = 0; i < number("nodes"); i++) {
            names.add("n" + (i + 1) + ".example");
            sockets.add(new ServerSocket(0, 1, HERE));
            members.add(new Member("127.0.0.1:" + sockets.get(i).getLocalPort(), new PeerIdentity(names.get(i))));
        }
        for (ServerSocket socket : sockets) {
            socket.close();
        }
    }

    public static void main(String[] args) throws Exception {
        GossipNodes nodes = new GossipNodes(Stream.of(args)
                .map(argument -> argument.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1])));
        nodes.begin();
        nodes.connect();
        nodes.said("connected");
        nodes.begin();
        nodes.learn();
        System.exit(0); // every node would say goodbye to every other
    }

    private int number(String name) {
        return Integer.parseInt(settings.get(name));
    }

    private Duration time(String name) {
        return Duration.ofMillis(number(name));
    }

    private void connect() throws Exception {
        Optional<Roster> roster =
                parties.isPresent() ? Optional.of(parties.get().roster(names)) : Optional.empty();
        for (int i = 0; i < members.size(); i++) {
            if (roster.isPresent()) {
                AttestedGrpc grpc = new AttestedGrpc(
                        parties.get()
                                .tls(TlsEngine.preferred(), names.get(i), roster.get())
                                .log(new ConnectionLog(new SimpleMeterRegistry(), Optional.empty()))
                                .build(),
                        limits);
                serve(i, new AttestedTransport(grpc), grpc.server(address(i)));
            } else {
                InsecurePlaintext plain = InsecurePlaintext.becauseOf("a comparison", limits);
                serve(i, new InsecureTransport(plain), plain.server(address(i)));
            }
        }
        for (String edge : settings.get("edges").split(",", -1)) {
            String[] ends = edge.split("-", 2);
            nodes.get(Integer.parseInt(ends[0]))
                    .gossip
                    .connect(members.get(Integer.parseInt(ends[1])).address())
                    .get(60, TimeUnit.SECONDS);
        }
        for (Node node : nodes) {
            while (node.gossip.status().neighbours().size() < members.size() - 1) {
                Thread.sleep(20);
            }
        }
    }

    private InetSocketAddress address(int number) {
        return new InetSocketAddress(HERE, members.get(number).port());
    }

    private void serve(int number, Transport transport, ServerBuilder<?> server) throws Exception {
        OneAdded learner = new OneAdded(number("bytes"));
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        GossipNode.Builder builder = GossipNode.builder(members.get(number).address(), members, transport, learner)
                .timing(new GossipTiming(
                        time("beat"),
                        time("silence"),
                        time("convergence"),
                        time("vote"),
                        GossipTiming.DEFAULT.training(),
                        time("aggregation"),
                        time("modelPeriod"),
                        number("modelsAtOnce"),
                        number("idleTurns"),
                        time("message"),
                        time("message"),
                        time("expected")))
                .limits(GossipLimits.DEFAULT.withModelBytes(number("bytes") + ROOM / 2))
                .meters(meters)
                .listener(this::changed);
        if (settings.get("averages").equals("true")) {
            builder.averages();
        }
        if (parties.isEmpty()) {
            builder.insecureAllowUnattested();
        }
        GossipNode gossip = builder.build();
        addTo(gossip, server);
        server.build().start();
        gossip.start();
        nodes.add(new Node(gossip, learner, meters));
    }

    private static <B extends ServerBuilder<B>> void addTo(GossipNode node, ServerBuilder<?> server) {
        @SuppressWarnings("unchecked")
        B typed = (B) server;
        node.addTo(typed);
    }

    /** This stage is the first with the aggregate of the round. */
    private synchronized void changed(GossipStatus status) {
        if (Boolean.getBoolean("stages")) {
            System.err.printf(
                    Locale.ROOT,
                    "%.3f %s %s %d%n",
                    (System.nanoTime() - begin) / 1e9,
                    status.address(),
                    status.stage(),
                    status.round());
        }
        if (status.stage() == Stage.SPREADING_AGGREGATE && ++aggregated[status.round()] == members.size()) {
            said("aggregated");
        }
    }

    private void begin() {
        cpuBefore = cpu();
        begin = System.nanoTime();
    }

    private void said(String what) {
        System.out.printf(Locale.ROOT, "%s %.3f %.2f%n", what, (System.nanoTime() - begin) / 1e9, cpu() - cpuBefore);
    }

    private static double cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis() / 1e3;
    }

    private void learn() throws Exception {
        nodes.get(0)
                .gossip
                .startLearning(number("rounds"), 1, number("trainSet"), "benchmark")
                .get(10, TimeUnit.SECONDS);
        for (Node node : nodes) {
            while (node.gossip.status().stage() != Stage.IDLE) {
                Thread.sleep(20);
            }
            if (node.learner.value() != number("rounds")) {
                throw new IllegalStateException("a model of " + node.learner.value());
            }
        }
        double sent = nodes.stream()
                .mapToDouble(
                        node -> node.meters.counter("amesh.gossip.models.sent").count())
                .sum();
        System.out.printf(Locale.ROOT, "models %.0f%n", sent);
    }
}
