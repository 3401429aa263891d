package io.attestedmesh.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsServer;
import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.transport.SimulatedMesh.Impostor;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.identity.Credential;
import io.attestedmesh.transport.identity.CredentialSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The JDK's own HTTPS server and client, with nothing but an {@link SSLContext} of ours. */
class JsseUserTest {
    private static SimulatedMesh mesh;

    private final SimpleMeterRegistry serverMeters = new SimpleMeterRegistry();
    private final AtomicInteger served = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpsServer server;

    @BeforeAll
    static void found() throws Exception {
        mesh = new SimulatedMesh();
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.stop(0);
        }
        threads.shutdownNow();
    }

    // [example]
    private void serve(SSLContext context) throws IOException {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/who", exchange -> {
            served.incrementAndGet();
            AttestedPeer caller =
                    AttestedPeer.of(((HttpsExchange) exchange).getSSLSession()).orElseThrow();
            byte[] answer = caller.identity().name().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.setExecutor(threads);
        server.start();
    }

    private HttpResponse<String> ask(SSLContext context) throws Exception {
        HttpClient client = HttpClient.newBuilder()
                .sslContext(context)
                .executor(threads)
                .connectTimeout(Duration.ofSeconds(10))
                .build();
        URI who = URI.create("https://localhost:" + server.getAddress().getPort() + "/who");
        HttpRequest request =
                HttpRequest.newBuilder(who).timeout(Duration.ofSeconds(20)).build();
        return client.send(request, BodyHandlers.ofString());
    }
    // [example]

    private SSLContext context(String engine, Credential credential, SimpleMeterRegistry meters) throws Exception {
        TlsEngine found = TlsEngine.byName(engine);
        Assumptions.assumeTrue(found.unavailable().isEmpty());
        return mesh.tls(found, CredentialSource.of(credential), meters).sslContext();
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "jdk"})
    void httpsServer_knowsItsAttestedClient(String engine) throws Exception {
        serve(context(engine, mesh.honestLocalhost(), serverMeters));
        HttpResponse<String> answer = ask(context(engine, mesh.honestB(), new SimpleMeterRegistry()));
        assertThat(answer.body()).isEqualTo(SimulatedMesh.B);
        assertThat(AttestedPeer.of(answer.sslSession().orElseThrow()))
                .hasValueSatisfying(peer -> assertThat(peer.identity().name()).isEqualTo(SimulatedMesh.LOCALHOST));
        assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "jdk"})
    void impostor_isRefusedByTheHttpsServer(String engine) throws Exception {
        serve(context(engine, mesh.honestLocalhost(), serverMeters));
        SSLContext impostor = context(engine, mesh.credentialOf(Impostor.OTHER_IMAGE), new SimpleMeterRegistry());
        assertThatThrownBy(() -> ask(impostor)).isInstanceOf(IOException.class);
        assertThat(served).hasValue(0);
        assertThat(serverMeters
                        .get("amesh.tls.rejections")
                        .tags("reason", "UNKNOWN_RELEASE", "role", "server")
                        .counter()
                        .count())
                .isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "jdk"})
    void serverOfAnotherName_isRefusedByTheHttpClient(String engine) throws Exception {
        serve(context(engine, mesh.honestB(), serverMeters));
        SSLContext client = context(engine, mesh.honestA(), new SimpleMeterRegistry());
        assertThatThrownBy(() -> ask(client)).isInstanceOf(IOException.class);
        assertThat(served).hasValue(0);
    }

    @Test
    void contextOfBoringssl_existsInsideNettyOnly() throws Exception {
        AttestedTls tls =
                mesh.tls(TlsEngine.byName("boringssl"), CredentialSource.of(mesh.honestA()), new SimpleMeterRegistry());
        assertThatThrownBy(tls::sslContext)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("conscrypt");
    }

    @Test
    void context_takesNoOtherManagers() throws Exception {
        SSLContext context = context("jdk", mesh.honestA(), serverMeters);
        assertThatThrownBy(() -> context.init(null, null, null))
                .isInstanceOf(java.security.KeyManagementException.class);
        assertThat(context.getDefaultSSLParameters().getNeedClientAuth()).isTrue();
        assertThat(context.getDefaultSSLParameters().getProtocols()).containsExactly("TLSv1.3");
    }

    @Test
    void credentialLargerThanTheEngineHandles_isRefusedWhenTheNodeStarts() throws Exception {
        TlsEngine engine = TlsEngine.byName("jdk");
        Credential large = new TestPki(java.time.Instant.now())
                .issue("large.test", Duration.ofDays(1), engine.maxCertificateBytes());
        assertThatThrownBy(() -> mesh.tls(engine, CredentialSource.of(large), serverMeters))
                .isInstanceOf(java.security.cert.CertificateException.class)
                .hasMessageContaining("CERTIFICATE_TOO_LARGE")
                .hasMessageContaining("engine jdk");
    }
}
