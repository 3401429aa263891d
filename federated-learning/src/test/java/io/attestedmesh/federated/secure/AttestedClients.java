package io.attestedmesh.federated.secure;

import io.attestedmesh.mpc.network.AttestedTransport;
import io.attestedmesh.mpc.network.MpcNetwork;
import io.attestedmesh.mpc.party.Contexts;
import io.attestedmesh.mpc.party.MpcContext;
import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.mpc.session.NetworkSession;
import io.attestedmesh.mpc.session.SessionId;
import io.attestedmesh.mpc.session.SessionOptions;
import io.attestedmesh.transport.ConnectionLog;
import io.attestedmesh.transport.SimulatedMesh;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.grpc.AttestedGrpc;
import io.attestedmesh.transport.grpc.TransportLimits;
import io.attestedmesh.transport.identity.CredentialSource;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Parties 1 to n of one context on loopback, with attested TLS over a simulated Nitro. */
final class AttestedClients implements AutoCloseable {
    private static final String CONTEXT = "federation";

    private final Map<Integer, Node> nodes = new TreeMap<>();
    final MpcContext context;

    /** One process, as it were. */
    static final class Node {
        final Contexts contexts = new Contexts();
        final SimpleMeterRegistry meters = new SimpleMeterRegistry();
        final AttestedGrpc grpc;
        final MpcNetwork network;
        final Server server;

        Node(SimulatedMesh mesh, String name, UnaryOperator<NettyServerBuilder> more) throws Exception {
            grpc = new AttestedGrpc(
                    mesh.builder(
                                    TlsEngine.preferred(),
                                    CredentialSource.of(mesh.honest(name, SimulatedMesh.RELEASE)),
                                    new ConnectionLog(meters, Optional.empty()))
                            .roster(contexts::roster)
                            .build(),
                    TransportLimits.DEFAULT);
            network = MpcNetwork.builder(mesh.entryOf(name).identity(), contexts, new AttestedTransport(grpc))
                    .meters(meters)
                    .build();
            server = more.apply(network.addTo(grpc.server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))))
                    .build()
                    .start();
        }

        /** As if the process were killed: connections break, and nobody is told anything. */
        void kill() {
            server.shutdownNow();
            network.close();
            grpc.close();
        }
    }

    AttestedClients(int count) throws Exception {
        this(count, server -> server);
    }

    /** @param more what their servers carry beside messages */
    AttestedClients(int count, UnaryOperator<NettyServerBuilder> more) throws Exception {
        List<Integer> ids = IntStream.rangeClosed(1, count).boxed().toList();
        SimulatedMesh mesh =
                new SimulatedMesh(ids.stream().map(AttestedClients::name).toArray(String[]::new));
        for (int id : ids) {
            nodes.put(id, new Node(mesh, name(id), more));
        }
        context = new MpcContext(
                CONTEXT,
                ids.stream()
                        .map(id -> Party.of(
                                id,
                                mesh.entryOf(name(id)),
                                "127.0.0.1",
                                nodes.get(id).server.getPort()))
                        .toList());
        nodes.values().forEach(node -> node.contexts.add(context));
    }

    static String name(int id) {
        return "p" + id + ".example";
    }

    Node node(int id) {
        return nodes.get(id);
    }

    NetworkSession open(int id, SessionId session, Duration roundTime) throws Exception {
        return nodes.get(id).network.open(session, CONTEXT, new SessionOptions(roundTime, Duration.ofMinutes(2)));
    }

    @Override
    public void close() {
        nodes.values().forEach(Node::kill);
        for (Node node : nodes.values()) {
            try {
                node.server.awaitTermination(5, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
