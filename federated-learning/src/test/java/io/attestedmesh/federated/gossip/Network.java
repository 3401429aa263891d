package io.attestedmesh.federated.gossip;

import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.mpc.network.AttestedTransport;
import io.attestedmesh.mpc.network.InsecureTransport;
import io.attestedmesh.mpc.network.PlainParties;
import io.attestedmesh.mpc.network.Transport;
import io.attestedmesh.transport.ConnectionLog;
import io.attestedmesh.transport.SimulatedMesh;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.grpc.AttestedGrpc;
import io.attestedmesh.transport.grpc.InsecurePlaintext;
import io.attestedmesh.transport.grpc.TransportLimits;
import io.attestedmesh.transport.identity.Credential;
import io.attestedmesh.transport.identity.CredentialSource;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Nodes n1.example, n2.example, ... on loopback, over attested TLS of a simulated Nitro, or over nothing. */
final class Network implements AutoCloseable {
    static final GossipTiming TIMING = new GossipTiming(
            Duration.ofMillis(200),
            Duration.ofSeconds(3),
            Duration.ofMillis(400),
            Duration.ofSeconds(8),
            Duration.ofSeconds(60),
            Duration.ofSeconds(15),
            Duration.ofMillis(50),
            2,
            200,
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(5));

    private final Optional<SimulatedMesh> mesh;
    private final List<Credential> credentials = new ArrayList<>();
    private final List<Member> members = new ArrayList<>();
    private final List<Runnable> opened = new ArrayList<>();

    private Network(int nodes, Optional<SimulatedMesh> mesh) throws Exception {
        this.mesh = mesh;
        for (int i = 1; i <= nodes; i++) {
            members.add(new Member("127.0.0.1:" + PlainParties.freePort(), new PeerIdentity(name(i))));
            if (mesh.isPresent()) {
                credentials.add(mesh.get().honest(name(i), SimulatedMesh.RELEASE));
            }
        }
    }

    static Network attested(int nodes) throws Exception {
        String[] names = new String[nodes];
        for (int i = 1; i <= nodes; i++) {
            names[i - 1] = name(i);
        }
        return new Network(nodes, Optional.of(new SimulatedMesh(names)));
    }

    static Network insecure(int nodes) throws Exception {
        return new Network(nodes, Optional.empty());
    }

    static String name(int number) {
        return "n" + number + ".example";
    }

    String address(int number) {
        return members.get(number - 1).address();
    }

    List<Member> members() {
        return members;
    }

    /** A way into the network: transport and server of one party. */
    final class Door implements AutoCloseable {
        private final int number;
        private final Optional<AttestedGrpc> grpc;
        private final InsecurePlaintext plain;
        private Optional<Server> server = Optional.empty();

        Door(int number) throws Exception {
            this.number = number;
            TransportLimits limits = TransportLimits.DEFAULT.withMessageBytes(1 << 20);
            this.plain = InsecurePlaintext.becauseOf("a test", limits);
            this.grpc = mesh.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new AttestedGrpc(
                            mesh.get()
                                    .builder(
                                            TlsEngine.preferred(),
                                            CredentialSource.of(credentials.get(number - 1)),
                                            new ConnectionLog(new SimpleMeterRegistry(), Optional.empty()))
                                    .build(),
                            limits));
        }

        Transport transport() {
            return grpc.isPresent() ? new AttestedTransport(grpc.get()) : new InsecureTransport(plain);
        }

        private ServerBuilder<?> builder() throws IOException {
            InetSocketAddress at = new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), members.get(number - 1).port());
            return grpc.isPresent() ? grpc.get().server(at) : plain.server(at);
        }

        void serve(GossipNode node) throws IOException {
            ServerBuilder<?> builder = builder();
            addTo(node, builder);
            server = Optional.of(builder.build().start());
        }

        void serve(BindableService service) throws IOException {
            server = Optional.of(builder().addService(service).build().start());
        }

        private <B extends ServerBuilder<B>> void addTo(GossipNode node, ServerBuilder<?> builder) {
            @SuppressWarnings("unchecked")
            B typed = (B) builder;
            node.addTo(typed);
        }

        @Override
        public void close() {
            try {
                if (server.isPresent()) {
                    server.get().shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            grpc.ifPresent(AttestedGrpc::close);
        }
    }

    Door door(int number) throws Exception {
        Door door = new Door(number);
        opened.add(door::close);
        return door;
    }

    /** One process, as it were. */
    final class Node implements AutoCloseable {
        final AddingLearner learner;
        final SimpleMeterRegistry meters = new SimpleMeterRegistry();
        final GossipNode gossip;
        private final Door door;
        private boolean open = true;

        Node(int number, UnaryOperator<GossipNode.Builder> settings) throws Exception {
            door = new Door(number);
            learner = new AddingLearner(number);
            GossipNode.Builder builder = GossipNode.builder(address(number), members, door.transport(), learner)
                    .timing(TIMING)
                    .meters(meters)
                    .listener(status -> changed());
            if (mesh.isEmpty()) {
                builder.insecureAllowUnattested();
            }
            gossip = settings.apply(builder).build();
            door.serve(gossip);
            gossip.start();
        }

        private synchronized void changed() {
            notifyAll();
        }

        /** Waits until the node is so. */
        synchronized GossipStatus await(String what, Predicate<GossipStatus> condition) throws InterruptedException {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (!condition.test(gossip.status())) {
                if (System.nanoTime() > end) {
                    throw new AssertionError(what + " did not come to be: " + gossip.status());
                }
                wait(20);
            }
            return gossip.status();
        }

        void awaitEnd(int rounds) throws InterruptedException {
            await(
                    rounds + " rounds",
                    status -> status.stage() == Stage.IDLE
                            && meters.counter("amesh.gossip.rounds").count() >= rounds);
        }

        /** Without a farewell. */
        void kill() {
            open = false;
            door.close();
            gossip.close();
        }

        @Override
        public void close() {
            if (open) {
                open = false;
                gossip.close();
                door.close();
            }
        }
    }

    Node node(int number) throws Exception {
        return node(number, settings -> settings);
    }

    Node node(int number, UnaryOperator<GossipNode.Builder> settings) throws Exception {
        Node node = new Node(number, settings);
        opened.add(node::close);
        return node;
    }

    /** The first so many, everybody connected to everybody. */
    List<Node> meshed(int count, UnaryOperator<GossipNode.Builder> settings) throws Exception {
        List<Node> nodes = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            nodes.add(node(i, settings));
        }
        for (int i = 0; i < count; i++) {
            for (int j = i + 1; j <= count - 1; j++) {
                nodes.get(i).gossip.connect(address(j + 1)).get(20, TimeUnit.SECONDS);
            }
        }
        for (Node node : nodes) {
            node.await(
                    "neighbours",
                    status -> status.neighbours().stream()
                                    .filter(GossipStatus.Peer::direct)
                                    .count()
                            == count - 1);
        }
        return nodes;
    }

    static String show(List<Node> nodes) {
        return nodes.stream().map(node -> node.gossip.status().toString()).collect(Collectors.joining("\n"));
    }

    @Override
    public void close() {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).run();
        }
    }
}
