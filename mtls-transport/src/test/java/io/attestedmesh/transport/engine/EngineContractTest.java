package io.attestedmesh.transport.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.transport.EchoService;
import io.attestedmesh.transport.TestPki;
import io.attestedmesh.transport.identity.Credential;
import io.attestedmesh.transport.identity.CredentialKeyManager;
import io.attestedmesh.transport.identity.CredentialSource;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every TLS engine must do, over real gRPC connections to a {@code host:port} authority. */
class EngineContractTest {
    private static final int CONNECTIONS = 6;
    private static final Context.Key<SSLSession> SESSION = Context.key("session");
    private static final Map<String, String> TABLE = new TreeMap<>();

    private static TestPki pki;
    private static Credential serverCredential;
    private static Credential clientCredential;

    private final RecordingTrust serverTrust = new RecordingTrust(pki.certificate());
    private final RecordingTrust clientTrust = new RecordingTrust(pki.certificate());
    private Server server;

    @BeforeAll
    static void issue() throws Exception {
        pki = new TestPki(Instant.now());
        serverCredential = pki.issue("server.test");
        clientCredential = pki.issue("client.test");
    }

    @AfterEach
    void stop() throws Exception {
        if (server != null) {
            server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
        }
    }

    @AfterAll
    static void printTable() {
        System.out.printf(
                "%n%-10s %-8s %-16s %-20s %-22s %s%n",
                "engine", "TLS", "group", "resumption refused", "both verifiers called", "exporter");
        TABLE.values().forEach(System.out::println);
        System.out.println("JDK " + Runtime.version().feature() + ", " + CONNECTIONS
                + " connections each to one host:port, group from the ServerHello's bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "boringssl", "jdk"})
    void sixConnections_ofOneClient_areVerifiedEachAndNeverResumed(String name) throws Exception {
        TlsEngine engine = available(name);
        serve(engine, keys(serverCredential));
        try (RecordingProxy proxy = new RecordingProxy(server.getPort())) {
            SslContext tls = engine.nettyClient(keys(clientCredential), clientTrust);
            for (int i = 0; i < CONNECTIONS; i++) {
                ManagedChannel channel = channel(tls, proxy.port());
                assertThat(EchoService.call(channel, new byte[] {1, 2, 3})).containsExactly(1, 2, 3);
                channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
            }
            List<ServerHello> hellos = proxy.serverHellos();
            assertThat(hellos).hasSize(CONNECTIONS).allSatisfy(hello -> {
                assertThat(hello.version()).isEqualTo(0x0304);
                assertThat(hello.resumed()).isFalse();
                assertThat(hello.groupName()).isEqualTo(engine.hybridKeyExchange() ? "X25519MLKEM768" : "x25519");
            });
            assertThat(serverTrust.calls).hasValue(CONNECTIONS);
            assertThat(clientTrust.calls).hasValue(CONNECTIONS);
            TABLE.put(
                    name,
                    "%-10s %-8s %-16s %-20s %-22s %s"
                            .formatted(
                                    name,
                                    "1.3",
                                    hellos.get(0).groupName(),
                                    "0 of " + CONNECTIONS + " resumed",
                                    serverTrust.calls + " + " + clientTrust.calls + " calls",
                                    engine.hasExporter() ? "yes" : "no"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "boringssl", "jdk"})
    void whatTheVerifierLeft_isOnTheSessionOfTheCall(String name) throws Exception {
        TlsEngine engine = available(name);
        server = serverBuilder(engine, keys(serverCredential))
                .intercept(new SessionInContext())
                .addService(EchoService.answering(request -> {
                    SSLSession session = SESSION.get();
                    return String.valueOf(session.getValue(RecordingTrust.LEFT_BEHIND))
                            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
                }))
                .build()
                .start();
        ManagedChannel channel = channel(engine.nettyClient(keys(clientCredential), clientTrust), server.getPort());
        assertThat(EchoService.call(channel, new byte[0])).asString().isEqualTo("CN=client.test");
        channel.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "boringssl", "jdk"})
    void client_withoutCertificate_isRefused(String name) throws Exception {
        TlsEngine engine = available(name);
        serve(engine, keys(serverCredential));
        SSLSocket socket = plainJdkClient("TLSv1.3");
        assertThatThrownBy(() -> {
                    socket.startHandshake();
                    // in TLS 1.3 the client has finished before the server has looked at its certificate
                    if (socket.getInputStream().read() < 0) {
                        throw new java.io.EOFException("closed");
                    }
                    assertThat(socket.getInputStream().readNBytes(4096)).isEmpty();
                    throw new java.io.EOFException("closed");
                })
                .isInstanceOf(java.io.IOException.class);
        assertThat(serverTrust.calls).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "boringssl", "jdk"})
    void client_ofTls12_isRefused(String name) throws Exception {
        TlsEngine engine = available(name);
        serve(engine, keys(serverCredential));
        SSLSocket socket = plainJdkClient("TLSv1.2");
        assertThatThrownBy(socket::startHandshake).isInstanceOf(java.io.IOException.class);
        assertThat(serverTrust.calls).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "boringssl", "jdk"})
    void chain_aboveTheCap_isRefusedWithItsSize(String name) throws Exception {
        TlsEngine engine = available(name);
        Credential large = pki.issue("large.test", Duration.ofDays(1), engine.maxCertificateBytes());
        assertThatThrownBy(() -> CertificateSize.check(large.chain(), engine))
                .isInstanceOf(RejectedCertificateException.class)
                .hasMessageContaining("CERTIFICATE_TOO_LARGE")
                .hasMessageContaining("at most " + engine.maxCertificateBytes());
        serve(engine, keys(serverCredential));
        ManagedChannel channel = channel(engine.nettyClient(keys(large), clientTrust), server.getPort());
        assertThatThrownBy(() -> EchoService.call(channel, new byte[0], Duration.ofSeconds(3)))
                .isInstanceOf(StatusRuntimeException.class);
        channel.shutdownNow();
        assertThat(serverTrust.calls).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "boringssl", "jdk"})
    void ownChain_aboveTheCap_isNotServed(String name) throws Exception {
        TlsEngine engine = TlsEngine.byName(name);
        CredentialKeyManager keys = new CredentialKeyManager(
                CredentialSource.of(pki.issue("large.test", Duration.ofDays(1), engine.maxCertificateBytes())),
                Clock.systemUTC(),
                engine);
        assertThat(keys.chooseEngineServerAlias("EC", null, null)).isNull();
        assertThat(new CredentialKeyManager(CredentialSource.of(serverCredential), Clock.systemUTC(), engine)
                        .chooseEngineServerAlias("EC", null, null))
                .isEqualTo(serverCredential.correlationId());
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "boringssl", "jdk"})
    void chain_justBelowTheCap_works(String name) throws Exception {
        TlsEngine engine = available(name);
        Credential large = pki.issue("large.test", Duration.ofDays(1), engine.maxCertificateBytes() - 700);
        CertificateSize.check(large.chain(), engine);
        serve(engine, keys(large));
        ManagedChannel channel = channel(engine.nettyClient(keys(large), clientTrust), server.getPort());
        assertThat(EchoService.call(channel, new byte[] {7})).containsExactly(7);
        channel.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "boringssl", "jdk"})
    void expiredCredential_isNeverServed(String name) throws Exception {
        TlsEngine engine = available(name);
        Clock later = Clock.offset(Clock.systemUTC(), Duration.ofDays(2));
        serve(engine, new CredentialKeyManager(CredentialSource.of(serverCredential), later));
        ManagedChannel channel = channel(engine.nettyClient(keys(clientCredential), clientTrust), server.getPort());
        assertThatThrownBy(() -> EchoService.call(channel, new byte[0], Duration.ofSeconds(3)))
                .isInstanceOf(StatusRuntimeException.class);
        channel.shutdownNow();
        assertThat(clientTrust.calls).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "boringssl", "jdk"})
    void exporter_whereTheEngineHasOne_agreesOnBothSides(String name) throws Exception {
        TlsEngine engine = available(name);
        if (name.equals("boringssl")) {
            assertThat(engine.hasExporter()).isFalse();
            assertThatThrownBy(() -> engine.sslContext(keys(serverCredential), serverTrust))
                    .isInstanceOf(UnsupportedOperationException.class);
            return;
        }
        SSLEngine ours = engine.sslContext(keys(serverCredential), serverTrust).createSSLEngine();
        SSLEngine theirs =
                engine.sslContext(keys(clientCredential), clientTrust).createSSLEngine("localhost", 443);
        ours.setUseClientMode(false);
        theirs.setUseClientMode(true);
        MemoryHandshake.run(theirs, ours);
        if (engine.hasExporter()) {
            assertThat(engine.export(ours, TlsEngine.CHANNEL_BINDING_LABEL, 32))
                    .isEqualTo(engine.export(theirs, TlsEngine.CHANNEL_BINDING_LABEL, 32));
            assertThat(engine.export(ours, "EXPORTER-other", 32))
                    .isNotEqualTo(engine.export(ours, TlsEngine.CHANNEL_BINDING_LABEL, 32));
        } else {
            assertThatThrownBy(() -> engine.export(ours, TlsEngine.CHANNEL_BINDING_LABEL, 32))
                    .isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "jdk"})
    void serverEngine_toldToWantNoCertificate_demandsOneStill(String name) throws Exception {
        TlsEngine engine = available(name);
        SSLEngine ours = engine.sslContext(keys(serverCredential), serverTrust).createSSLEngine();
        ours.setUseClientMode(false);
        ours.setNeedClientAuth(false);
        ours.setWantClientAuth(false);
        assertThat(ours.getNeedClientAuth()).isTrue();
        SSLContext plain = SSLContext.getInstance("TLSv1.3");
        plain.init(null, new TrustManager[] {clientTrust}, new SecureRandom());
        SSLEngine theirs = plain.createSSLEngine("localhost", 443);
        theirs.setUseClientMode(true);
        assertThatThrownBy(() -> MemoryHandshake.run(theirs, ours)).isInstanceOf(javax.net.ssl.SSLException.class);
        assertThat(serverTrust.calls).hasValue(0);
    }

    private void serve(TlsEngine engine, CredentialKeyManager keys) throws Exception {
        server = serverBuilder(engine, keys)
                .addService(EchoService.answering(request -> request))
                .build()
                .start();
    }

    private NettyServerBuilder serverBuilder(TlsEngine engine, CredentialKeyManager keys) throws Exception {
        return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sslContext(engine.nettyServer(keys, serverTrust));
    }

    private static ManagedChannel channel(SslContext tls, int port) {
        return NettyChannelBuilder.forAddress("localhost", port).sslContext(tls).build();
    }

    private static CredentialKeyManager keys(Credential credential) {
        return new CredentialKeyManager(CredentialSource.of(credential), Clock.systemUTC());
    }

    private SSLSocket plainJdkClient(String protocol) throws Exception {
        SSLContext plain = SSLContext.getInstance("TLS");
        plain.init(null, new TrustManager[] {new AnyServer()}, new SecureRandom());
        SSLSocket socket = (SSLSocket) plain.getSocketFactory().createSocket("127.0.0.1", server.getPort());
        socket.setEnabledProtocols(new String[] {protocol});
        socket.setSoTimeout(5000);
        return socket;
    }

    private static TlsEngine available(String name) {
        TlsEngine engine = TlsEngine.byName(name);
        Assumptions.assumeTrue(
                engine.unavailable().isEmpty(), () -> engine.unavailable().orElseThrow());
        return engine;
    }

    private static final class SessionInContext implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
            return Contexts.interceptCall(Context.current().withValue(SESSION, session), call, headers, next);
        }
    }
}
