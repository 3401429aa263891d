package io.attestedmesh.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.attest.x509.RevocationLists;
import io.attestedmesh.transport.ConnectionLog;
import io.attestedmesh.transport.EchoService;
import io.attestedmesh.transport.LogLines;
import io.attestedmesh.transport.SimulatedMesh;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.identity.Credential;
import io.attestedmesh.transport.identity.CredentialSource;
import io.attestedmesh.transport.pki.Revocation;
import io.attestedmesh.transport.pki.Validity;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AttestedGrpcTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private SimulatedMesh mesh;

    @BeforeEach
    void found() throws Exception {
        mesh = new SimulatedMesh();
    }

    @AfterEach
    void closeAll() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private AttestedGrpc grpc(CredentialSource source, TransportLimits limits) throws Exception {
        AttestedGrpc grpc = new AttestedGrpc(mesh.tls(TlsEngine.preferred(), source, meters), limits);
        opened.add(grpc);
        return grpc;
    }

    private AttestedGrpc partyA(TransportLimits limits) throws Exception {
        return grpc(CredentialSource.of(mesh.honestA()), limits);
    }

    private AttestedGrpc partyB() throws Exception {
        return grpc(CredentialSource.of(mesh.honestB()), TransportLimits.DEFAULT);
    }

    private Server echo(NettyServerBuilder builder) throws Exception {
        Server server = builder.addService(EchoService.answering(request -> request))
                .build()
                .start();
        opened.add(() -> server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS));
        return server;
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private AttestedChannel channelToA(AttestedGrpc from, Server server) throws Exception {
        AttestedChannel channel = from.channel("127.0.0.1", server.getPort(), SimulatedMesh.A);
        opened.add(channel);
        return channel;
    }

    private static Status.Code codeOf(Throwable thrown) {
        return ((StatusRuntimeException) thrown).getStatus().getCode();
    }

    @Test
    void peer_isKnownToTheClient_beforeItsFirstMessage() throws Exception {
        Server server = echo(partyA(TransportLimits.DEFAULT).server(loopback()));
        AttestedGrpc b = partyB();
        assertThat(channelToA(b, server).peer(PATIENCE).identity().name()).isEqualTo(SimulatedMesh.A);
        assertThat(b.connections())
                .singleElement()
                .satisfies(open -> assertThat(open.peerRole()).isEqualTo(Usage.SERVER));
    }

    @Test
    void revokedPeer_whileConnected_isDropped_andRefusedAfterwards() throws Exception {
        AttestedGrpc a = partyA(TransportLimits.DEFAULT);
        Server server = echo(a.server(loopback()));
        Credential credential = mesh.honestB();
        AttestedGrpc b = grpc(CredentialSource.of(credential), TransportLimits.DEFAULT);
        ManagedChannel channel = channelToA(b, server).channel();
        assertThat(EchoService.call(channel, new byte[] {1})).containsExactly(1);
        assertThat(a.connections()).hasSize(1);
        Instant now = Instant.now();
        mesh.revocation.set(RevocationLists.of(List.of(mesh.authorityOfB()
                .revocationList(
                        List.of(new Revocation(
                                credential.leaf().getSerialNumber(), now, Revocation.Cause.KEY_COMPROMISE)),
                        BigInteger.ONE,
                        Validity.from(now, Duration.ofDays(1))))));
        assertThat(a.recheck()).isEqualTo(1);
        assertThatThrownBy(() -> EchoService.call(channel, new byte[] {2}))
                .extracting(AttestedGrpcTest::codeOf)
                // gRPC says UNKNOWN if the call is being written when the connection goes; it was not served
                .isIn(Status.Code.UNAVAILABLE, Status.Code.UNKNOWN);
        assertThat(meters.get("amesh.tls.rejections")
                        .tag("reason", "CERTIFICATE_REVOKED")
                        .counter()
                        .count())
                .isGreaterThanOrEqualTo(1);
    }

    @Test
    void recheck_withNothingChanged_dropsNobody() throws Exception {
        AttestedGrpc a = partyA(TransportLimits.DEFAULT);
        Server server = echo(a.server(loopback()));
        ManagedChannel channel = channelToA(partyB(), server).channel();
        EchoService.call(channel, new byte[] {1});
        assertThat(a.recheck()).isZero();
        assertThat(EchoService.call(channel, new byte[] {2})).containsExactly(2);
        assertThat(meters.get("amesh.tls.accepted")
                        .tag("role", "server")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void renewedCredential_isPresentedToTheNextConnection_andTheOldConnectionLivesOn() throws Exception {
        SwitchedCredentials ofA = new SwitchedCredentials(mesh.honestA());
        Server server = echo(grpc(ofA, TransportLimits.DEFAULT).server(loopback()));
        ManagedChannel before = channelToA(partyB(), server).channel();
        EchoService.call(before, new byte[] {1});
        Credential renewed = mesh.honestA();
        ofA.current = renewed;
        try (LogLines log = new LogLines(ConnectionLog.class)) {
            EchoService.call(channelToA(partyB(), server).channel(), new byte[] {1});
            assertThat(log.await(
                            line -> line.contains("role=client") && line.contains("id=" + renewed.correlationId()),
                            PATIENCE))
                    .isPresent();
        }
        assertThat(EchoService.call(before, new byte[] {2})).containsExactly(2);
        assertThat(meters.get("amesh.tls.accepted")
                        .tag("role", "server")
                        .counter()
                        .count())
                .isEqualTo(2);
    }

    @Test
    void connectionsAboveTheLimit_areClosedBeforeTls() throws Exception {
        Server server =
                echo(partyA(TransportLimits.DEFAULT.withConnections(8, 1)).server(loopback()));
        EchoService.call(channelToA(partyB(), server).channel(), new byte[] {1});
        ManagedChannel second = channelToA(partyB(), server).channel();
        assertThatThrownBy(() -> EchoService.call(second, new byte[] {1}))
                .extracting(AttestedGrpcTest::codeOf)
                .isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(meters.get("amesh.tls.rejections")
                        .tags("reason", "TOO_MANY_CONNECTIONS", "role", "server")
                        .counter()
                        .count())
                .isGreaterThanOrEqualTo(1);
    }

    @Test
    void endedConnection_leavesRoomForAnother() throws Exception {
        Server server =
                echo(partyA(TransportLimits.DEFAULT.withConnections(1, 1)).server(loopback()));
        for (int i = 0; i < 3; i++) {
            AttestedGrpc b = partyB();
            AttestedChannel channel = channelToA(b, server);
            assertThat(EchoService.callWaiting(channel.channel(), new byte[] {1}))
                    .containsExactly(1);
            channel.close();
            channel.channel().awaitTermination(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void messageAboveTheLimit_isRefused() throws Exception {
        Server server =
                echo(partyA(TransportLimits.DEFAULT.withMessageBytes(1024)).server(loopback()));
        ManagedChannel channel = channelToA(partyB(), server).channel();
        assertThat(EchoService.call(channel, new byte[1000])).hasSize(1000);
        assertThatThrownBy(() -> EchoService.call(channel, new byte[1025]))
                .extracting(AttestedGrpcTest::codeOf)
                .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    }

    @Test
    void silentConnection_isClosedAfterTheHandshakeTimeout() throws Exception {
        TransportLimits impatient = TransportLimits.DEFAULT.withHandshakeTimeout(Duration.ofMillis(200));
        Server server = echo(partyA(impatient).server(loopback()));
        try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), server.getPort())) {
            silent.setSoTimeout((int) PATIENCE.toMillis());
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void oldConnection_isDrained_andTheClientReconnects() throws Exception {
        Server server = echo(partyA(TransportLimits.DEFAULT.withConnectionAge(Duration.ofMillis(300)))
                .server(loopback()));
        try (LogLines log = new LogLines(ConnectionLog.class)) {
            ManagedChannel channel = channelToA(partyB(), server).channel();
            EchoService.call(channel, new byte[] {1});
            assertThat(log.await(line -> line.contains("role=server"), PATIENCE))
                    .isPresent();
            channel.getState(true);
            assertThat(EchoService.callUntil(
                            channel,
                            () -> meters.get("amesh.tls.accepted")
                                            .tag("role", "server")
                                            .counter()
                                            .count()
                                    > 1,
                            PATIENCE))
                    .isTrue();
        }
    }

    @Test
    void callWithoutAttestedPeer_isUnauthenticated() throws Exception {
        Server server = echo(NettyServerBuilder.forAddress(loopback()).intercept(PeerContext.interceptor()));
        ManagedChannel channel = InsecurePlaintext.becauseOf("a test", TransportLimits.DEFAULT)
                .channel("127.0.0.1", server.getPort())
                .build();
        opened.add(channel::shutdownNow);
        assertThatThrownBy(() -> EchoService.call(channel, new byte[] {1}))
                .extracting(AttestedGrpcTest::codeOf)
                .isEqualTo(Status.Code.UNAUTHENTICATED);
    }

    @Test
    void currentPeer_outsideOfACall_isAnError() {
        assertThatThrownBy(PeerContext::current).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void plaintextClient_isRefusedByAnAttestedServer() throws Exception {
        Server server = echo(partyA(TransportLimits.DEFAULT).server(loopback()));
        ManagedChannel channel = InsecurePlaintext.becauseOf("a test", TransportLimits.DEFAULT)
                .channel("127.0.0.1", server.getPort())
                .build();
        opened.add(channel::shutdownNow);
        assertThatThrownBy(() -> EchoService.call(channel, new byte[] {1}))
                .extracting(AttestedGrpcTest::codeOf)
                .isEqualTo(Status.Code.UNAVAILABLE);
    }

    @Test
    void channel_whoseSettingsSayPlaintext_stillSpeaksTls() throws Exception {
        AtomicInteger served = new AtomicInteger();
        Server plain = NettyServerBuilder.forAddress(loopback())
                .addService(EchoService.answering(request -> {
                    served.incrementAndGet();
                    return request;
                }))
                .build()
                .start();
        opened.add(() -> plain.shutdownNow().awaitTermination(10, TimeUnit.SECONDS));
        AttestedChannel channel =
                partyB().channel("127.0.0.1", plain.getPort(), SimulatedMesh.A, NettyChannelBuilder::usePlaintext);
        opened.add(channel);
        assertThatThrownBy(() -> EchoService.call(channel.channel(), new byte[] {1}))
                .extracting(AttestedGrpcTest::codeOf)
                .isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(served).hasValue(0);
    }

    @Test
    void server_whoseTlsWasTakenAway_closesConnections() throws Exception {
        Server server = echo(partyA(TransportLimits.DEFAULT).server(loopback()).sslContext(null));
        ManagedChannel channel = InsecurePlaintext.becauseOf("a test", TransportLimits.DEFAULT)
                .channel("127.0.0.1", server.getPort())
                .build();
        opened.add(channel::shutdownNow);
        assertThatThrownBy(() -> EchoService.call(channel, new byte[] {1}))
                .extracting(AttestedGrpcTest::codeOf)
                // gRPC says UNKNOWN if the call is being written when the connection goes; it was not served
                .isIn(Status.Code.UNAVAILABLE, Status.Code.UNKNOWN);
    }

    @Test
    void plaintext_warnsThatThereIsNoTls() throws Exception {
        try (LogLines log = new LogLines(InsecurePlaintext.class)) {
            InsecurePlaintext.becauseOf("the flag --insecure-no-tls", TransportLimits.DEFAULT);
            assertThat(log.await(line -> line.contains("NO TLS") && line.contains("--insecure-no-tls"), PATIENCE))
                    .isPresent();
        }
    }

    @Test
    void credentialsOfAPlainGrpcServer_verifyTheSame() throws Exception {
        Server server = echo(NettyServerBuilder.forAddress(
                        loopback(),
                        mesh.tls(TlsEngine.preferred(), CredentialSource.of(mesh.honestA()), meters)
                                .serverCredentials())
                .intercept(PeerContext.interceptor()));
        ManagedChannel honest = plainChannel(mesh.honestB(), server);
        assertThat(EchoService.call(honest, new byte[] {1})).containsExactly(1);
        assertThat(meters.get("amesh.tls.accepted")
                        .tag("role", "server")
                        .counter()
                        .count())
                .isEqualTo(1);
        ManagedChannel impostor = plainChannel(mesh.credentialOf(SimulatedMesh.Impostor.NO_EVIDENCE), server);
        assertThatThrownBy(() -> EchoService.call(impostor, new byte[] {1}))
                .extracting(AttestedGrpcTest::codeOf)
                .isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(meters.get("amesh.tls.rejections")
                        .tag("reason", "EVIDENCE_MISSING")
                        .counter()
                        .count())
                .isPositive();
    }

    private ManagedChannel plainChannel(Credential credential, Server server) throws Exception {
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        "127.0.0.1",
                        server.getPort(),
                        mesh.tls(TlsEngine.preferred(), CredentialSource.of(credential), new SimpleMeterRegistry())
                                .channelCredentials())
                .overrideAuthority(SimulatedMesh.A)
                .build();
        opened.add(channel::shutdownNow);
        return channel;
    }

    @Test
    void limitOfNothing_isNoLimit() {
        assertThatThrownBy(() -> TransportLimits.DEFAULT.withMessageBytes(0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TransportLimits.DEFAULT.withConnections(1, -1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TransportLimits.DEFAULT.withHandshakeTimeout(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static final class SwitchedCredentials implements CredentialSource {
        private volatile Credential current;

        SwitchedCredentials(Credential first) {
            current = first;
        }

        @Override
        public Credential current() {
            return current;
        }

        @Override
        public void onChange(Runnable listener) {}

        @Override
        public boolean healthy() {
            return true;
        }

        @Override
        public void close() {}
    }
}
