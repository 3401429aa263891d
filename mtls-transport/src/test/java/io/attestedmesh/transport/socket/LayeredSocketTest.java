package io.attestedmesh.transport.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.transport.SimulatedMesh;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS over sockets that are connected already, and over engines that do more than TLS. */
@Timeout(60)
class LayeredSocketTest {
    private static SSLContext ofClient;
    private static SSLContext ofServer;
    private static SimulatedMesh mesh;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<GreetingEngine> engines = new CopyOnWriteArrayList<>();
    private Socket here;
    private Socket there;

    @BeforeAll
    static void found() throws Exception {
        mesh = new SimulatedMesh();
    }

    @BeforeEach
    void connect() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            here = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort());
            there = server.accept();
        }
    }

    @AfterEach
    void close() throws IOException {
        here.close();
        there.close();
        threads.shutdownNow();
    }

    private static void contexts(String engine) throws Exception {
        ofClient = SocketPair.context(mesh, engine, mesh.honestB());
        ofServer = SocketPair.context(mesh, engine, mesh.honestLocalhost());
    }

    private SSLSocket client(String host, boolean autoClose) throws IOException {
        return (SSLSocket) ofClient.getSocketFactory().createSocket(here, host, here.getPort(), autoClose);
    }

    private SSLSocket server(byte[] consumed, boolean autoClose) throws IOException {
        return (SSLSocket)
                ofServer.getSocketFactory().createSocket(there, new ByteArrayInputStream(consumed), autoClose);
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "jdk"})
    void socketBelow_isUsableBeforeAndAfterTls(String engine) throws Exception {
        contexts(engine);
        here.getOutputStream().write('S');
        assertThat(there.getInputStream().read()).isEqualTo('S');
        SSLSocket client = client(SimulatedMesh.LOCALHOST, false);
        SSLSocket server = server(new byte[0], false);
        Future<byte[]> heard = threads.submit(() -> server.getInputStream().readAllBytes());
        client.getOutputStream().write(new byte[] {1, 2});
        client.close();
        here.getOutputStream().write("plain".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThat(heard.get()).containsExactly(1, 2);
        assertThat(client.isClosed()).isTrue();
        assertThat(here.isClosed()).isFalse();
        assertThat(there.getInputStream().readNBytes(5)).asString().isEqualTo("plain");
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "jdk"})
    void autoClose_closesTheSocketBelow(String engine) throws Exception {
        contexts(engine);
        SSLSocket client = client(SimulatedMesh.LOCALHOST, true);
        SSLSocket server = server(new byte[0], true);
        Future<byte[]> heard = threads.submit(() -> server.getInputStream().readAllBytes());
        client.startHandshake();
        client.close();
        assertThat(here.isClosed()).isTrue();
        assertThat(heard.get()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "jdk"})
    void whatWasConsumedBefore_isReadFirst(String engine) throws Exception {
        contexts(engine);
        SSLSocket client = client(SimulatedMesh.LOCALHOST, true);
        Future<?> asked = threads.submit(() -> {
            client.getOutputStream().write(42);
            return null;
        });
        byte[] first = there.getInputStream().readNBytes(7);
        SSLSocket server = server(first, true);
        assertThat(server.getInputStream().read()).isEqualTo(42);
        asked.get();
        assertThat(AttestedPeer.of(server.getSession())).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "jdk"})
    void clientThatIsToldNoHost_refusesEveryServer(String engine) throws Exception {
        contexts(engine);
        SSLSocket client = client(null, true);
        SSLSocket server = server(new byte[0], true);
        Future<Integer> served = threads.submit(() -> server.getInputStream().read());
        assertThatThrownBy(client::startHandshake).isInstanceOf(SSLException.class);
        assertThatThrownBy(served::get).hasCauseInstanceOf(SSLException.class);
    }

    @Test
    void socketBelow_thatIsNotConnected_isRefused() throws Exception {
        contexts("jdk");
        SSLSocketFactory factory = ofClient.getSocketFactory();
        try (Socket loose = new Socket()) {
            assertThatThrownBy(() -> factory.createSocket(loose, SimulatedMesh.LOCALHOST, 1, true))
                    .isInstanceOf(SocketException.class);
        }
    }

    private Engines greeting(SSLContext context, byte[] ours, byte[] theirs, Duration limit) {
        return new Engines() {
            @Override
            public SSLEngine create(Optional<String> host, int port) {
                GreetingEngine engine =
                        new GreetingEngine(context.createSSLEngine(host.orElseThrow(), port), ours, theirs);
                engines.add(engine);
                return engine;
            }

            @Override
            public SSLParameters parameters() {
                return context.getDefaultSSLParameters();
            }

            @Override
            public boolean halfClose() {
                return false;
            }

            @Override
            public Duration handshakeLimit() {
                return limit;
            }
        };
    }

    private SSLSocket greetingClient(byte[] ours, byte[] theirs, Duration limit) throws IOException {
        return (SSLSocket) new EngineSocketFactory(greeting(ofClient, ours, theirs, limit))
                .createSocket(here, SimulatedMesh.LOCALHOST, here.getPort(), true);
    }

    private SSLSocket greetingServer(byte[] ours, byte[] theirs, Duration limit) throws IOException {
        return (SSLSocket) new EngineSocketFactory(greeting(ofServer, ours, theirs, limit))
                .createSocket(there, java.io.InputStream.nullInputStream(), true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "jdk"})
    void engineThatExchangesRecordsAfterTls_isFinishedOnlyThen(String engine) throws Exception {
        contexts(engine);
        byte[] ofTheClient = {1, 2, 3};
        byte[] ofTheServer = new byte[5_000];
        SSLSocket client = greetingClient(ofTheClient, ofTheServer, Engines.HANDSHAKE_LIMIT);
        SSLSocket server = greetingServer(ofTheServer, ofTheClient, Engines.HANDSHAKE_LIMIT);
        Future<Integer> heard = threads.submit(() -> server.getInputStream().read());
        client.getOutputStream().write(77);
        assertThat(heard.get()).isEqualTo(77);
        assertThat(engines).hasSize(2).allMatch(GreetingEngine::done);
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "jdk"})
    void engineThatRefusesAfterTls_endsTheHandshakeOfBoth(String engine) throws Exception {
        contexts(engine);
        SSLSocket client = greetingClient(new byte[] {1, 2, 3}, new byte[] {4}, Engines.HANDSHAKE_LIMIT);
        SSLSocket server = greetingServer(new byte[] {5}, new byte[] {1, 2, 3}, Engines.HANDSHAKE_LIMIT);
        Future<Integer> served = threads.submit(() -> server.getInputStream().read());
        assertThatThrownBy(client::startHandshake)
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("greeting");
        assertThatThrownBy(() -> {
                    if (served.get() < 0) {
                        throw new IOException("ended");
                    }
                })
                .isNotNull();
        assertThat(client.getSession().isValid()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "jdk"})
    void handshake_thatTakesTooLong_isEnded_howeverMuchComes(String engine) throws Exception {
        contexts(engine);
        SSLSocket server = greetingServer(new byte[] {5}, new byte[] {1}, Duration.ofMillis(SocketPair.SHORT_MILLIS));
        Future<?> drip = threads.submit(() -> {
            byte[] header = {22, 3, 1, 8, 0};
            here.getOutputStream().write(header);
            while (true) {
                here.getOutputStream().write(1);
                Thread.onSpinWait();
                if (here.getInputStream().available() > 0) {
                    return null;
                }
                java.util.concurrent.locks.LockSupport.parkNanos(
                        Duration.ofMillis(20).toNanos());
            }
        });
        assertThatThrownBy(server::startHandshake)
                .isInstanceOf(SSLHandshakeException.class)
                .hasMessageContaining("longer");
        drip.cancel(true);
    }
}
