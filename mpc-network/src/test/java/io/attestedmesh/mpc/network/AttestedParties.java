package io.attestedmesh.mpc.network;

import io.attestedmesh.attest.policy.PinnedReleases;
import io.attestedmesh.attest.simulator.EnclaveImage;
import io.attestedmesh.mpc.party.Contexts;
import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.mpc.session.Refusals.Refused;
import io.attestedmesh.transport.ConnectionLog;
import io.attestedmesh.transport.SimulatedMesh;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.grpc.AttestedGrpc;
import io.attestedmesh.transport.grpc.TransportLimits;
import io.attestedmesh.transport.identity.Credential;
import io.attestedmesh.transport.identity.CredentialSource;
import io.grpc.Server;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Parties p1.example to p4.example on loopback, with attested TLS over a simulated Nitro; each has contexts of its own. */
final class AttestedParties implements AutoCloseable {
    static final EnclaveImage OTHER_IMAGE = SimulatedMesh.image("release 2");

    private final SimulatedMesh mesh;
    private final List<Node> nodes = new ArrayList<>();

    /** One process, as it were. */
    static final class Node implements AutoCloseable {
        final Contexts contexts = new Contexts();
        final BlockingQueue<Refused> refusals = new LinkedBlockingQueue<>();
        final SimpleMeterRegistry meters = new SimpleMeterRegistry();
        final AttestedGrpc grpc;
        final MpcNetwork network;
        final Server server;
        private final String name;

        Node(SimulatedMesh mesh, String name, Credential credential) throws Exception {
            this.name = name;
            this.grpc = new AttestedGrpc(
                    mesh.builder(
                                    TlsEngine.preferred(),
                                    CredentialSource.of(credential),
                                    new ConnectionLog(meters, Optional.empty()))
                            .roster(contexts::roster)
                            .build(),
                    TransportLimits.DEFAULT);
            contexts.onChange(grpc::recheck);
            this.network = MpcNetwork.builder(mesh.entryOf(name).identity(), contexts, new AttestedTransport(grpc))
                    .meters(meters)
                    .onRefusal(refusals::add)
                    .build();
            this.server = network.addTo(grpc.server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
                    .build()
                    .start();
        }

        Refused nextRefusal() throws InterruptedException {
            Refused next = refusals.poll(20, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError(name + " refused nothing");
            }
            return next;
        }

        @Override
        public void close() {
            network.close();
            server.shutdownNow();
            try {
                server.awaitTermination(5, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            grpc.close();
        }
    }

    AttestedParties() throws Exception {
        mesh = new SimulatedMesh(name(1), name(2), name(3), name(4));
        mesh.releases.set(PinnedReleases.of(
                Map.of("release-1", registers(SimulatedMesh.RELEASE), "release-2", registers(OTHER_IMAGE))));
        for (int id = 1; id <= 4; id++) {
            // party 4 runs another release, which is accepted too
            EnclaveImage image = id == 4 ? OTHER_IMAGE : SimulatedMesh.RELEASE;
            nodes.add(new Node(mesh, name(id), mesh.honest(name(id), image)));
        }
    }

    private static Map<Integer, io.attestedmesh.attest.evidence.Bytes> registers(EnclaveImage image) {
        return Map.of(0, image.pcr0(), 1, image.pcr1(), 2, image.pcr2());
    }

    static String name(int id) {
        return "p" + id + ".example";
    }

    Node node(int id) {
        return nodes.get(id - 1);
    }

    Party party(int id) {
        return Party.of(id, mesh.entryOf(name(id)), "127.0.0.1", node(id).server.getPort());
    }

    @Override
    public void close() {
        nodes.forEach(Node::close);
    }
}
