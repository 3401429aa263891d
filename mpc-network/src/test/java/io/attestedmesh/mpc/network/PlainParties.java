package io.attestedmesh.mpc.network;

import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.mpc.party.Contexts;
import io.attestedmesh.mpc.party.MpcContext;
import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.mpc.session.NetworkSession;
import io.attestedmesh.mpc.session.SessionId;
import io.attestedmesh.mpc.session.SessionOptions;
import io.attestedmesh.transport.grpc.InsecurePlaintext;
import io.attestedmesh.transport.grpc.TransportLimits;
import io.grpc.Server;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Parties 1 to n of one context on loopback, without TLS. */
public final class PlainParties implements AutoCloseable {
    public static final String CONTEXT = "test";

    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private final List<Integer> ports = new ArrayList<>();
    private final Map<Integer, Node> nodes = new TreeMap<>();
    private final Consumer<MpcNetwork.Builder> settings;
    private final UnaryOperator<Party> kind;

    /** One process, as it were. */
    public record Node(MpcNetwork network, Server server, Contexts contexts, SimpleMeterRegistry meters) {
        public double count(String name, String... tags) {
            var counter = meters.find(name).tags(tags).counter();
            return counter == null ? 0 : counter.count();
        }
    }

    public PlainParties(int count) throws IOException {
        this(count, builder -> {});
    }

    public PlainParties(int count, Consumer<MpcNetwork.Builder> settings) throws IOException {
        this(count, settings, party -> party);
    }

    public PlainParties(int count, Consumer<MpcNetwork.Builder> settings, UnaryOperator<Party> kind)
            throws IOException {
        this.settings = settings;
        this.kind = kind;
        for (int i = 0; i < count; i++) {
            ports.add(freePort());
        }
        for (int id = 1; id <= count; id++) {
            start(id);
        }
    }

    /**
     * One that nobody takes before it is used: given once in a process, and not among those from 32768 on, which the system
     * gives to connections.
     */
    public static int freePort() throws IOException {
        while (true) {
            try (ServerSocket socket = new ServerSocket()) {
                int port = ThreadLocalRandom.current().nextInt(10_000, 32_768);
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                if (GIVEN.add(port)) {
                    return port;
                }
            } catch (BindException e) {
                // somebody listens there: the next
            }
        }
    }

    public static PeerIdentity identity(int id) {
        return new PeerIdentity("party-" + id + ".example");
    }

    public MpcContext context() {
        return new MpcContext(
                CONTEXT,
                IntStream.rangeClosed(1, ports.size()).mapToObj(this::party).toList());
    }

    public Party party(int id) {
        return kind.apply(Party.of(id, identity(id), "127.0.0.1", ports.get(id - 1)));
    }

    public void start(int id) throws IOException {
        Contexts contexts = new Contexts();
        contexts.add(context());
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        InsecurePlaintext plaintext = InsecurePlaintext.becauseOf("a test", TransportLimits.DEFAULT);
        MpcNetwork.Builder builder = MpcNetwork.builder(identity(id), contexts, new InsecureTransport(plaintext))
                .meters(meters);
        settings.accept(builder);
        MpcNetwork network = builder.build();
        Server server = network.addTo(
                        plaintext.server(new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.get(id - 1))))
                .build()
                .start();
        nodes.put(id, new Node(network, server, contexts, meters));
    }

    public Node node(int id) {
        return nodes.get(id);
    }

    public MpcNetwork network(int id) {
        return nodes.get(id).network();
    }

    public NetworkSession open(int id, SessionId session) throws Exception {
        return network(id).open(session, CONTEXT, SessionOptions.DEFAULT);
    }

    public void stop(int id) {
        Node node = nodes.remove(id);
        node.network().close();
        node.server().shutdownNow();
        try {
            node.server().awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        for (int id : List.copyOf(nodes.keySet())) {
            stop(id);
        }
    }
}
