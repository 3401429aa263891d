package io.attestedmesh.transport.tunnel;

import static io.attestedmesh.transport.tunnel.TunnelParties.PATIENCE;
import static io.attestedmesh.transport.tunnel.TunnelParties.await;
import static io.attestedmesh.transport.tunnel.TunnelParties.count;
import static io.attestedmesh.transport.tunnel.TunnelParties.isReset;
import static io.attestedmesh.transport.tunnel.TunnelParties.receive;
import static io.attestedmesh.transport.tunnel.TunnelParties.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.tls.Freshness;
import io.attestedmesh.attest.tls.PeerEvents;
import io.attestedmesh.transport.ConnectionLog;
import io.attestedmesh.transport.LogLines;
import io.attestedmesh.transport.SimulatedMesh;
import io.attestedmesh.transport.SimulatedMesh.Impostor;
import io.attestedmesh.transport.connection.ConnectionLimits;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.identity.Credential;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who does not get through, what the log says about it, and that nothing reaches the target. */
@Timeout(60)
class TunnelRefusalsTest {
    private TunnelParties parties;

    @BeforeEach
    void found() throws Exception {
        parties = new TunnelParties();
    }

    @AfterEach
    void close() throws Exception {
        parties.close();
    }

    private Socket toServer(Tunnel server) throws IOException {
        return parties.connect(server);
    }

    private static Optional<String> line(LogLines log, String word) throws InterruptedException {
        return log.await(seen -> seen.contains(word), PATIENCE);
    }

    @ParameterizedTest
    @EnumSource(Impostor.class)
    void impostor_isRefused_withTheReasonInTheServersLog(Impostor impostor) throws Exception {
        try (LogLines log = new LogLines(ConnectionLog.class)) {
            TunnelClient client = parties.client(parties.server().listening(), parties.mesh.credentialOf(impostor));
            Socket program = parties.connect(client);
            send(program, "secret".getBytes(StandardCharsets.US_ASCII));
            assertThat(isReset(program)).isTrue();
            assertThat(line(log, "event=tls.rejected role=server"))
                    .hasValueSatisfying(line -> assertThat(line).contains("reason=" + impostor.reason() + " "));
        }
        parties.assertNothingReached();
        parties.awaitEnd(parties.metersOfClient, StreamEnd.REFUSED);
        assertThat(parties.metersOfServer.find("amesh.tunnel.closed").counters())
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Impostor.class)
    void impostorAsServer_isRefused_andHearsNothing(Impostor impostor) throws Exception {
        // the mesh has impostors of b alone, so b is the server here
        Credential credential = parties.mesh.credentialOf(impostor);
        TunnelServer server = parties.opened(TunnelServer.start(
                parties.tls(credential, parties.metersOfServer),
                new TunnelServer.Settings(
                        TunnelParties.anyPort(),
                        parties.targetAlone(),
                        new PeerRule(Set.of(SimulatedMesh.A), Set.of(), Set.of()),
                        false,
                        TunnelLimits.DEFAULT),
                parties.time.clock(),
                parties.metersOfServer));
        TunnelClient client = parties.opened(TunnelClient.start(
                parties.tls(parties.mesh.honestA(), parties.metersOfClient),
                new TunnelClient.Settings(
                        TunnelParties.anyPort(),
                        server.listening(),
                        SimulatedMesh.B,
                        Optional.empty(),
                        parties.ruleOfClient,
                        Optional.empty(),
                        TunnelLimits.DEFAULT),
                parties.time.clock(),
                parties.metersOfClient));
        Socket program = parties.connect(client);
        send(program, "secret".getBytes(StandardCharsets.US_ASCII));
        assertThat(isReset(program)).isTrue();
        parties.awaitEnd(parties.metersOfClient, StreamEnd.REFUSED);
        assertThat(count(parties.metersOfClient, "amesh.tls.rejections", "reason", impostor.reason()))
                .isEqualTo(1);
        parties.assertNothingReached();
    }

    @Test
    void clientThatDoesNotAttestTheSession_isRefusedByAServerThatDemandsIt() throws Exception {
        parties.engine = TlsEngine.byName("conscrypt");
        Assumptions.assumeTrue(parties.engine.unavailable().isEmpty());
        parties.levelOfClient = Optional.of(Freshness.CERTIFICATE);
        try (LogLines log = new LogLines(ConnectionLog.class)) {
            Socket program = parties.connect(parties.client(parties.server()));
            send(program, "secret".getBytes(StandardCharsets.US_ASCII));
            assertThat(isReset(program)).isTrue();
            assertThat(line(log, "event=tls.rejected role=server"))
                    .hasValueSatisfying(line -> assertThat(line).contains("reason=FRESHNESS_MISMATCH "));
        }
        parties.assertNothingReached();
        assertThat(count(parties.metersOfServer, "amesh.tls.accepted")).isZero();
    }

    @Test
    void serverThatCannotAttestTheSession_isRefusedByAClientThatDemandsIt() throws Exception {
        // it has no exporter
        parties.engine = TlsEngine.byName("bcjsse");
        TunnelServer server = parties.server();
        parties.engine = TlsEngine.byName("conscrypt");
        Assumptions.assumeTrue(parties.engine.unavailable().isEmpty());
        Socket program = parties.connect(parties.client(server));
        send(program, "secret".getBytes(StandardCharsets.US_ASCII));
        assertThat(isReset(program)).isTrue();
        parties.awaitEnd(parties.metersOfClient, StreamEnd.REFUSED);
        assertThat(count(parties.metersOfClient, "amesh.tls.rejections", "reason", "FRESHNESS_MISMATCH"))
                .isEqualTo(1);
        parties.assertNothingReached();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\n\r\n", "amesh-tunnel/1", "\u0001\u0000\u0000\u0000"})
    void plainBytes_toTheAttestedPort_reachNothing(String bytes) throws Exception {
        try (LogLines log = new LogLines(ConnectionLog.class)) {
            Socket stranger = toServer(parties.server());
            send(stranger, bytes.getBytes(StandardCharsets.US_ASCII));
            stranger.shutdownOutput();
            isReset(stranger);
            assertThat(line(log, "event=tls.refused role=server")).isPresent();
        }
        parties.assertNothingReached();
        assertThat(parties.metersOfServer.find("amesh.tls.accepted").counters()).isEmpty();
    }

    @Test
    void tlsWithoutACertificate_isRefused() throws Exception {
        TunnelServer server = parties.server();
        SSLContext trustingAll = SSLContext.getInstance("TLSv1.3");
        trustingAll.init(null, new TrustManager[] {new TrustingAll()}, null);
        try (LogLines log = new LogLines(ConnectionLog.class);
                SSLSocket stranger = (SSLSocket) trustingAll
                        .getSocketFactory()
                        .createSocket(InetAddress.getLoopbackAddress(), ((Endpoint.Tcp) server.listening()).port())) {
            stranger.setSoTimeout((int) PATIENCE.toMillis());
            assertThatThrownBy(() -> {
                        stranger.startHandshake();
                        stranger.getOutputStream().write(new byte[] {2, 0, 0, 1, 7});
                        if (stranger.getInputStream().read() < 0) {
                            throw new IOException("closed");
                        }
                    })
                    .isInstanceOf(IOException.class);
            assertThat(log.await(line -> line.contains("role=server"), PATIENCE))
                    .isPresent();
        }
        parties.assertNothingReached();
    }

    private static final class TrustingAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "boringssl", "jdk"})
    void attestedPeer_thatSpeaksAnotherProtocol_isRefusedByTheServer(String engine) throws Exception {
        parties.engine = TlsEngine.byName(engine);
        Assumptions.assumeTrue(parties.engine.unavailable().isEmpty());
        TunnelServer server = parties.server();
        try (LogLines log = new LogLines(ConnectionLog.class);
                RawPeer peer = new RawPeer(parties, server, "h2")) {
            peer.send("0200000161");
            assertThat(peer.awaitEnd()).isTrue();
            assertThat(line(log, "WRONG_PROTOCOL"))
                    .hasValueSatisfying(line -> assertThat(line)
                            .contains("role=server")
                            .contains("expected=\"amesh-tunnel/1\" actual=\"none\""));
        }
        parties.assertNothingReached();
        assertThat(count(parties.metersOfServer, "amesh.tunnel.refused", "reason", "WRONG_PROTOCOL"))
                .isEqualTo(1);
    }

    @Test
    void attestedServer_thatSpeaksAnotherProtocol_isRefusedByTheClient() throws Exception {
        var grpc = parties.opened(new io.attestedmesh.transport.grpc.AttestedGrpc(
                parties.tls(parties.mesh.honestA(), parties.metersOfServer),
                io.attestedmesh.transport.grpc.TransportLimits.DEFAULT));
        var server = grpc.server(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .build()
                .start();
        parties.opened(() -> server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS));
        TunnelClient client = parties.client(new Endpoint.Tcp("127.0.0.1", server.getPort()), parties.mesh.honestB());
        assertThat(isReset(parties.connect(client))).isTrue();
        parties.awaitEnd(parties.metersOfClient, StreamEnd.REFUSED);
        assertThat(count(parties.metersOfClient, "amesh.tls.rejections", "reason", "WRONG_PROTOCOL"))
                .isEqualTo(1);
    }

    @Test
    void peerThatTheRuleDoesNotName_isRefused() throws Exception {
        parties.rule = new PeerRule(Set.of("c.example"), Set.of(), Set.of());
        try (LogLines log = new LogLines(ConnectionLog.class)) {
            Socket program = parties.connect(parties.client(parties.server()));
            assertThat(isReset(program)).isTrue();
            assertThat(line(log, "NOT_ALLOWED"))
                    .hasValueSatisfying(line -> assertThat(line)
                            .contains("event=tls.rejected role=server")
                            .contains("expected=\"a name of [c.example]\" actual=\"b.example\""));
        }
        parties.assertNothingReached();
        assertThat(count(parties.metersOfServer, "amesh.tls.accepted")).isZero();
        assertThat(count(parties.metersOfServer, "amesh.tls.rejections", "reason", "NOT_ALLOWED"))
                .isEqualTo(1);
    }

    @Test
    void serverThatTheClientsRuleDoesNotName_isRefused() throws Exception {
        parties.ruleOfClient = new PeerRule(Set.of(), Set.of(), Set.of("release-2"));
        Socket program = parties.connect(parties.client(parties.server()));
        assertThat(isReset(program)).isTrue();
        assertThat(count(parties.metersOfClient, "amesh.tls.rejections", "reason", "NOT_ALLOWED"))
                .isEqualTo(1);
        parties.assertNothingReached();
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "boringssl", "jdk"})
    void target_isTheOneThatTheClientNames(String engine) throws Exception {
        parties.engine = TlsEngine.byName(engine);
        Assumptions.assumeTrue(parties.engine.unavailable().isEmpty());
        ServerSocket other = parties.opened(new ServerSocket(0, 5, InetAddress.getLoopbackAddress()));
        other.setSoTimeout((int) PATIENCE.toMillis());
        TunnelServer server = parties.server(new Targets(
                Map.of("Other.example", TunnelParties.endpoint(other)),
                Optional.of(TunnelParties.endpoint(parties.target))));
        parties.service = Optional.of("other.example");
        Socket program = parties.connect(parties.client(server));
        Socket target = parties.accept(other);
        send(program, (byte) 5);
        assertThat(receive(target, 1)).containsExactly(5);
        parties.service = Optional.empty();
        parties.connect(parties.client(server));
        parties.accept();
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "boringssl", "jdk"})
    void target_withoutAName_isTheOneOfSni(String engine) throws Exception {
        parties.engine = TlsEngine.byName(engine);
        Assumptions.assumeTrue(parties.engine.unavailable().isEmpty());
        TunnelServer server = parties.server(
                new Targets(Map.of(SimulatedMesh.A, TunnelParties.endpoint(parties.target)), Optional.empty()));
        parties.connect(parties.client(server));
        parties.accept();
    }

    @Test
    void targetThatThereIsNot_isRefused() throws Exception {
        parties.service = Optional.of("nowhere.example");
        TunnelServer server = parties.server(
                new Targets(Map.of("other.example", TunnelParties.endpoint(parties.target)), Optional.empty()));
        try (LogLines log = new LogLines(ConnectionLog.class)) {
            assertThat(isReset(parties.connect(parties.client(server)))).isTrue();
            assertThat(line(log, "UNKNOWN_TARGET"))
                    .hasValueSatisfying(line -> assertThat(line).contains("actual=\"nowhere.example\""));
        }
        parties.awaitEnds(StreamEnd.REFUSED);
        parties.assertNothingReached();
    }

    @Test
    void streamsAboveTheLimit_areClosedBeforeTls() throws Exception {
        ConnectionLimits given = TunnelLimits.DEFAULT.connections();
        parties.limits = new TunnelLimits(
                new ConnectionLimits(8, 1, given.handshakeTimeout(), given.connectionAge(), given.drainTime()),
                TunnelLimits.DEFAULT.connectTimeout(),
                TunnelLimits.DEFAULT.idleTimeout());
        TunnelClient client = parties.client(parties.server());
        Socket first = parties.connect(client);
        Socket target = parties.accept();
        assertThat(isReset(parties.connect(client))).isTrue();
        assertThat(count(parties.metersOfServer, "amesh.tls.rejections", "reason", "TOO_MANY_CONNECTIONS"))
                .isEqualTo(1);
        first.close();
        target.close();
        parties.awaitEnds(StreamEnd.COMPLETE);
        await(() -> {
            try {
                Socket again = parties.connect(client);
                send(again, (byte) 1);
                parties.target.setSoTimeout(1000);
                return receive(parties.accept(), 1).length == 1;
            } catch (IOException notYet) {
                return false;
            }
        });
    }

    @Test
    void programsAboveTheLimit_areClosed() throws Exception {
        ConnectionLimits given = TunnelLimits.DEFAULT.connections();
        parties.limitsOfClient = new TunnelLimits(
                new ConnectionLimits(1, 1, given.handshakeTimeout(), given.connectionAge(), given.drainTime()),
                TunnelLimits.DEFAULT.connectTimeout(),
                TunnelLimits.DEFAULT.idleTimeout());
        TunnelClient client = parties.client(parties.server());
        parties.connect(client);
        parties.accept();
        Socket second = parties.connect(client);
        isReset(second);
        await(() -> count(parties.metersOfClient, "amesh.tunnel.refused", "reason", "TOO_MANY_CONNECTIONS") == 1);
        parties.assertNothingReached();
    }

    @Test
    void silentStranger_isClosedAfterTheHandshakeTimeout() throws Exception {
        ConnectionLimits given = TunnelLimits.DEFAULT.connections();
        parties.limits = new TunnelLimits(
                new ConnectionLimits(8, 8, Duration.ofMillis(200), given.connectionAge(), given.drainTime()),
                TunnelLimits.DEFAULT.connectTimeout(),
                TunnelLimits.DEFAULT.idleTimeout());
        Socket silent = toServer(parties.server());
        assertThat(silent.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void serverThatNeverOpensTheStream_isGivenUp() throws Exception {
        // accepts TCP and says nothing
        ServerSocket silent = parties.opened(new ServerSocket(0, 5, InetAddress.getLoopbackAddress()));
        parties.timer = Optional.of(parties.time);
        TunnelClient client = parties.client(TunnelParties.endpoint(silent), parties.mesh.honestB());
        Socket program = parties.connect(client);
        await(() -> parties.time.nextTask().isPresent());
        parties.time.advance(Duration.ofSeconds(31));
        assertThat(isReset(program)).isTrue();
        parties.awaitEnd(parties.metersOfClient, StreamEnd.TIMEOUT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"01000000", "16030100", "0200000061", "02ffffff", "47455420", "0400000900000000"})
    void framesThatAreNone_endTheStream(String hex) throws Exception {
        TunnelServer server = parties.server();
        try (RawPeer peer = new RawPeer(parties, server, Tunnel.PROTOCOL)) {
            peer.send("05000000");
            Socket target = parties.accept();
            peer.send(hex);
            assertThat(isReset(target)).isTrue();
            assertThat(peer.awaitEnd()).isTrue();
        }
        parties.awaitEnd(parties.metersOfServer, StreamEnd.VIOLATION);
    }

    @Test
    void bytesBeforeTheTargetIsNamed_areAViolation_andReachNothing() throws Exception {
        TunnelServer server = parties.server();
        try (RawPeer peer = new RawPeer(parties, server, Tunnel.PROTOCOL)) {
            peer.sendAtOnce("0200000161");
            assertThat(peer.awaitEnd()).isTrue();
        }
        parties.awaitEnd(parties.metersOfServer, StreamEnd.VIOLATION);
        parties.assertNothingReached();
    }

    @Test
    void peerThatNamesNoTarget_isGivenUp() throws Exception {
        parties.timer = Optional.of(parties.time);
        TunnelServer server = parties.server();
        try (RawPeer peer = new RawPeer(parties, server, Tunnel.PROTOCOL)) {
            await(() ->
                    server.streams().stream().anyMatch(stream -> stream.peer().isPresent()));
            parties.time.advance(Duration.ofSeconds(11));
            assertThat(peer.awaitEnd()).isTrue();
        }
        parties.awaitEnd(parties.metersOfServer, StreamEnd.TIMEOUT);
        parties.assertNothingReached();
    }

    /** An attested peer that writes what the test says. */
    private static final class RawPeer implements AutoCloseable {
        private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        private final Channel channel;
        private final SslHandler tls;

        RawPeer(TunnelParties parties, Tunnel server, String protocol) throws Exception {
            var context = parties.tls(parties.mesh.honestB(), new SimpleMeterRegistry())
                    .nettyClient(PeerEvents.NONE, List.of(protocol));
            Endpoint.Tcp where = (Endpoint.Tcp) server.listening();
            channel = new Bootstrap()
                    .group(loop)
                    .channel(NioSocketChannel.class)
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel connecting) {
                            connecting
                                    .pipeline()
                                    .addLast(context.newHandler(connecting.alloc(), SimulatedMesh.A, where.port()));
                        }
                    })
                    .connect(InetAddress.getLoopbackAddress(), where.port())
                    .sync()
                    .channel();
            tls = channel.pipeline().get(SslHandler.class);
        }

        void send(String hex) throws InterruptedException {
            tls.handshakeFuture().await(10, TimeUnit.SECONDS);
            sendAtOnce(hex);
        }

        void sendAtOnce(String hex) throws InterruptedException {
            ByteBuf bytes = Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex));
            channel.writeAndFlush(bytes).await(10, TimeUnit.SECONDS);
        }

        boolean awaitEnd() throws InterruptedException {
            return channel.closeFuture().await(10, TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
        }
    }
}
