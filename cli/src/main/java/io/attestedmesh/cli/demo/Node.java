package io.attestedmesh.cli.demo;

import io.attestedmesh.attest.evidence.Attester;
import io.attestedmesh.attest.policy.AttestationPolicy;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.attest.tls.Roster;
import io.attestedmesh.mpc.network.AttestedTransport;
import io.attestedmesh.mpc.network.MpcNetwork;
import io.attestedmesh.mpc.party.Contexts;
import io.attestedmesh.mpc.party.MpcContext;
import io.attestedmesh.transport.AttestedTls;
import io.attestedmesh.transport.ConnectionLog;
import io.attestedmesh.transport.ConnectionLog.Rejection;
import io.attestedmesh.transport.grpc.AttestedChannel;
import io.attestedmesh.transport.grpc.AttestedGrpc;
import io.attestedmesh.transport.grpc.TransportLimits;
import io.attestedmesh.transport.identity.Credential;
import io.attestedmesh.transport.identity.CredentialSource;
import io.attestedmesh.transport.session.DocumentQueue;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.CertificateException;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** One process of the mesh, here one object: a server on loopback and channels to others, with one credential. */
final class Node implements AutoCloseable {
    private static final int STOP_SECONDS = 5;

    private final CredentialSource credentials;
    private final AttestedGrpc grpc;
    private final BlockingQueue<Rejection> rejections = new LinkedBlockingQueue<>();
    private final Contexts contexts = new Contexts();
    private Optional<MpcNetwork> network = Optional.empty();
    private Server server;

    /** @param enclave attests in its sessions */
    Node(Cloud cloud, Attester enclave, CredentialSource credentials, Roster roster, Supplier<AttestationPolicy> policy)
            throws CertificateException {
        this.credentials = credentials;
        AttestedTls tls = AttestedTls.builder()
                .engine(cloud.engine())
                .documents(new DocumentQueue(enclave, new SimpleMeterRegistry()))
                .credentials(credentials)
                .roster(() -> roster)
                .verifier(cloud.nitroVerifier())
                .policy(policy)
                .log(new ConnectionLog(new SimpleMeterRegistry(), Optional.empty(), rejections::add))
                .clock(cloud.clock())
                .build();
        this.grpc = new AttestedGrpc(tls, TransportLimits.DEFAULT, cloud.clock());
    }

    /** Listens on a free port of loopback, as a party that computes with others. */
    void serve(PeerIdentity self, BindableService service) throws IOException {
        MpcNetwork parties =
                MpcNetwork.builder(self, contexts, new AttestedTransport(grpc)).build();
        network = Optional.of(parties);
        server = parties.addTo(grpc.server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
                .addService(service)
                .build()
                .start();
    }

    /** Listens with whatever is added to the server, at a port of loopback, or at any free one if it is 0. */
    void listen(int port, UnaryOperator<NettyServerBuilder> services) throws IOException {
        server = services.apply(grpc.server(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)))
                .build()
                .start();
    }

    /** What its connections are made by. */
    AttestedGrpc grpc() {
        return grpc;
    }

    int port() {
        return server.getPort();
    }

    /** Computes with the parties of that context from now on. */
    void join(MpcContext context) {
        contexts.add(context);
    }

    MpcNetwork network() {
        return network.orElseThrow();
    }

    AttestedChannel dial(Node other, String name) throws IOException {
        return grpc.channel(InetAddress.getLoopbackAddress().getHostAddress(), other.port(), name);
    }

    /** The id that both ends log for connections made with the current credential. */
    String connectionId() {
        return credentials.current().correlationId();
    }

    /** What somebody gets who reads its memory. */
    Credential stolenCredential() {
        return credentials.current();
    }

    /** The next refusal by this node; empty if there is none in time. */
    Optional<Rejection> nextRejection(long seconds) throws InterruptedException {
        return Optional.ofNullable(rejections.poll(seconds, TimeUnit.SECONDS));
    }

    /** Verifies the peers of all open connections again, and returns how many were dropped. */
    int recheck() {
        return grpc.recheck();
    }

    /** The next refusal of a peer with that certificate, leaving out refusals of others; empty if there is none in time. */
    Optional<Rejection> rejectionOf(String connection, long seconds) throws InterruptedException {
        Optional<Rejection> next = nextRejection(seconds);
        while (next.isPresent() && !next.get().connection().equals(connection)) {
            next = nextRejection(seconds);
        }
        return next;
    }

    /** Ends the server, and calls that are under way. */
    void stopListening() {
        if (server != null) {
            server.shutdownNow();
            try {
                server.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        network.ifPresent(MpcNetwork::close);
        stopListening();
        grpc.close();
        credentials.close();
    }
}
