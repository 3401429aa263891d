package io.attestedmesh.transport.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.tls.Freshness;
import io.attestedmesh.attest.tls.SessionTranscript;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.transport.AttestedTls;
import io.attestedmesh.transport.ConnectionLog;
import io.attestedmesh.transport.SimulatedMesh;
import io.attestedmesh.transport.connection.AccessRule;
import io.attestedmesh.transport.connection.AttestedConnections;
import io.attestedmesh.transport.connection.ConnectionLimits;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.identity.Credential;
import io.attestedmesh.transport.identity.CredentialSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A watched server of Netty's whose client says nothing more: it is still known what was wrong with that client. */
class SilentPeerTest {
    private static final int PATIENCE = 20;
    private static final Duration HANDSHAKE = Duration.ofSeconds(2);

    private final TlsEngine engine = TlsEngine.preferred();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final BlockingQueue<CompletableFuture<AttestedPeer>> outcomes = new LinkedBlockingQueue<>();
    private final List<AttestedPeer> seenByTheRule = new CopyOnWriteArrayList<>();
    private SimulatedMesh mesh;
    private Credential ofB;

    @BeforeEach
    void found() throws Exception {
        Assumptions.assumeTrue(engine.hasExporter());
        mesh = new SimulatedMesh();
        ofB = mesh.honestB();
    }

    @AfterEach
    void stop() {
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }

    private AttestedConnections connections(Duration session) throws Exception {
        AttestedTls tls = mesh.builder(
                        engine, CredentialSource.of(mesh.honestA()), new ConnectionLog(meters, Optional.empty()))
                .sessionTimeout(session)
                .build();
        AccessRule rule = (peer, leaf) -> seenByTheRule.add(peer);
        return new AttestedConnections(
                tls,
                new ConnectionLimits(8, 8, HANDSHAKE, Duration.ofHours(1), Duration.ofSeconds(1)),
                rule,
                pipeline -> true,
                Clock.systemUTC(),
                loops);
    }

    private int listen(AttestedConnections connections) throws Exception {
        SslContext context = connections.serverContext(List.of("any"));
        Channel listening = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel accepted) {
                        CompletableFuture<AttestedPeer> outcome = new CompletableFuture<>();
                        connections.watchClient(accepted, outcome, Optional.empty());
                        SslHandler handler = context.newHandler(accepted.alloc());
                        handler.setHandshakeTimeoutMillis(HANDSHAKE.toMillis());
                        accepted.pipeline().addLast(handler);
                        outcomes.add(outcome);
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    private AttestedPeer outcome() throws Exception {
        return outcomes.poll(PATIENCE, TimeUnit.SECONDS).get(PATIENCE, TimeUnit.SECONDS);
    }

    private void assertRefused(String reason) {
        assertThatThrownBy(this::outcome)
                .cause()
                .isInstanceOfSatisfying(
                        RejectedCertificateException.class,
                        why -> assertThat(why.reason().name()).isEqualTo(reason));
        assertThat(meters.get("amesh.tls.rejections")
                        .tag("reason", reason)
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    private static Bytes nonce() {
        return Bytes.of(new byte[SessionTranscript.PART]);
    }

    @Test
    void clientThatIsRefused_andNeverAnswers_isRefusedForThatReason() throws Exception {
        int port = listen(connections(Duration.ofSeconds(30)));
        try (Mallory.Channel client = new Mallory(engine, ofB).connect(port, true)) {
            Bytes theirs = client.read().payload();
            client.send(Frame.Type.NONCE, nonce());
            client.send(
                    Frame.Type.EVIDENCE,
                    client.document(
                            mesh.nsm(SimulatedMesh.image("release 2"), SimulatedMesh.INSTANCE_OF_B), nonce(), theirs));
            assertRefused("UNKNOWN_RELEASE");
        }
    }

    @Test
    void clientThatSaysNothing_isRefusedForItsTime() throws Exception {
        int port = listen(connections(Duration.ofMillis(100)));
        try (Mallory.Channel client = new Mallory(engine, ofB).connect(port, true)) {
            assertThat(client.read().type()).isEqualTo(Frame.Type.NONCE);
            assertRefused("TIMEOUT");
        }
    }

    @Test
    void ruleOfAccess_seesTheLevelOfTheConnection_atARecheckToo() throws Exception {
        AttestedConnections connections = connections(Duration.ofSeconds(30));
        int port = listen(connections);
        try (Mallory.Channel client = new Mallory(engine, ofB).connect(port, true)) {
            Bytes theirs = client.read().payload();
            client.send(Frame.Type.NONCE, nonce());
            client.send(Frame.Type.EVIDENCE, client.document(mesh.enclaveOf(ofB), nonce(), theirs));
            client.read();
            client.accept();
            assertThat(outcome().freshness()).isEqualTo(Freshness.SESSION);
            seenByTheRule.clear();

            assertThat(connections.recheck()).isZero();

            assertThat(seenByTheRule).hasSize(1);
            assertThat(seenByTheRule.get(0).freshness()).isEqualTo(Freshness.SESSION);
            assertThat(seenByTheRule.get(0).attestation()).isPresent();
        }
    }
}
