package io.attestedmesh.transport.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.transport.SimulatedMesh;
import io.attestedmesh.transport.SimulatedMesh.Impostor;
import io.attestedmesh.transport.identity.CredentialKeyManager;
import io.attestedmesh.transport.identity.CredentialSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The JDK's oldest HTTPS client, which takes a socket factory and nothing else, and a server in a dozen lines. */
@Timeout(60)
class HttpsUrlConnectionTest {
    private static SimulatedMesh mesh;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private SSLServerSocket listening;

    @BeforeAll
    static void found() throws Exception {
        mesh = new SimulatedMesh();
    }

    @AfterEach
    void stop() throws IOException {
        listening.close();
        threads.shutdownNow();
    }

    // [example]
    private String answerOne(SSLServerSocket server) throws IOException {
        try (SSLSocket socket = (SSLSocket) server.accept()) {
            BufferedReader request =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            while (!request.readLine().isEmpty()) {
                // headers say nothing here
            }
            String caller = AttestedPeer.of(socket.getSession())
                    .orElseThrow()
                    .identity()
                    .name();
            String answer =
                    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + caller.length() + "\r\n\r\n" + caller;
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            return caller;
        }
    }

    private String ask(SSLContext context) throws IOException {
        URI here = URI.create("https://localhost:" + listening.getLocalPort() + "/");
        HttpsURLConnection connection = (HttpsURLConnection) here.toURL().openConnection();
        connection.setSSLSocketFactory(context.getSocketFactory());
        connection.setReadTimeout(10_000);
        return new String(connection.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
    // [example]

    @ParameterizedTest
    @CsvSource({"conscrypt, conscrypt", "conscrypt, jdk", "bcjsse, conscrypt", "jdk, bcjsse", "jdk, jdk"})
    void client_andServerSocket_knowEachOther(String client, String server) throws Exception {
        listening = SocketPair.listen(SocketPair.context(mesh, server, client, mesh.honestLocalhost()));
        Future<String> seen = threads.submit(() -> answerOne(listening));
        assertThat(ask(SocketPair.context(mesh, client, server, mesh.honestB())))
                .isEqualTo(SimulatedMesh.B);
        assertThat(seen.get()).isEqualTo(SimulatedMesh.B);
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "jdk"})
    void clientWithThePlatformsOwnSockets_isServed(String server) throws Exception {
        listening = SocketPair.listen(SocketPair.context(mesh, server, "bcjsse", mesh.honestLocalhost()));
        Future<String> seen = threads.submit(() -> answerOne(listening));
        SSLContext plain = SSLContext.getInstance("TLS");
        KeyManager keys = new CredentialKeyManager(CredentialSource.of(mesh.honestB()), Clock.systemUTC());
        plain.init(new KeyManager[] {keys}, new TrustManager[] {new OneServer()}, new SecureRandom());
        assertThat(ask(plain)).isEqualTo(SimulatedMesh.B);
        assertThat(seen.get()).isEqualTo(SimulatedMesh.B);
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "jdk"})
    void impostor_isNotServed(String engine) throws Exception {
        listening = SocketPair.listen(SocketPair.context(mesh, engine, mesh.honestLocalhost()));
        Future<String> seen = threads.submit(() -> answerOne(listening));
        SSLContext impostor = SocketPair.context(mesh, engine, mesh.credentialOf(Impostor.OTHER_IMAGE));
        assertThatThrownBy(() -> ask(impostor)).isInstanceOf(IOException.class);
        assertThatThrownBy(seen::get).hasCauseInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "jdk"})
    void serverOfAnotherName_isNotAsked(String engine) throws Exception {
        listening = SocketPair.listen(SocketPair.context(mesh, engine, mesh.honestB()));
        Future<String> seen = threads.submit(() -> answerOne(listening));
        SSLContext client = SocketPair.context(mesh, engine, mesh.honestA());
        assertThatThrownBy(() -> ask(client)).isInstanceOf(IOException.class);
        assertThatThrownBy(seen::get).hasCauseInstanceOf(IOException.class);
    }

    /** Trusts whoever is there, as a client that knows nothing of attestation might. */
    private static final class OneServer implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {
            throw new UnsupportedOperationException("a client");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
