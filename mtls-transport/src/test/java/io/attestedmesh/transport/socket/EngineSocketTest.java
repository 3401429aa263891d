package io.attestedmesh.transport.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.UnixOperatingSystemMXBean;
import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.transport.SimulatedMesh;
import io.attestedmesh.transport.SimulatedMesh.Impostor;
import io.attestedmesh.transport.identity.Credential;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.HandshakeCompletedEvent;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real connections on loopback between sockets of every pair of engines. */
@Timeout(60)
class EngineSocketTest {
    private static final List<String> ENGINES = List.of("conscrypt", "bcjsse", "jdk");
    private static final int LARGE = 8 * 1024 * 1024;
    private static final long CLOSE_MILLIS = 5_000;

    private static SimulatedMesh mesh;
    private static Credential serverCredential;
    private static Credential clientCredential;

    @BeforeAll
    static void found() throws Exception {
        mesh = new SimulatedMesh();
        serverCredential = mesh.honestLocalhost();
        clientCredential = mesh.honestB();
    }

    static Stream<Arguments> pairs() {
        return ENGINES.stream().flatMap(client -> ENGINES.stream().map(server -> Arguments.of(client, server)));
    }

    private static SSLContext client(String engine, String ofServer) throws Exception {
        return SocketPair.context(mesh, engine, ofServer, clientCredential);
    }

    private static SSLContext server(String engine, String ofClient) throws Exception {
        return SocketPair.context(mesh, engine, ofClient, serverCredential);
    }

    private static SocketPair pair(String client, String server) throws Exception {
        return new SocketPair(client(client, server), server(server, client));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void bytes_goBothWays_andEachKnowsTheOther(String client, String server) throws Exception {
        try (SocketPair pair = pair(client, server)) {
            Future<byte[]> heard = pair.threads.submit(() -> {
                byte[] question = pair.server.getInputStream().readNBytes(5);
                pair.server.getOutputStream().write(question);
                return question;
            });
            pair.client.getOutputStream().write(new byte[] {1, 2, 3, 4, 5});
            assertThat(pair.client.getInputStream().readNBytes(5)).containsExactly(1, 2, 3, 4, 5);
            assertThat(heard.get(5, TimeUnit.SECONDS)).containsExactly(1, 2, 3, 4, 5);
            assertThat(nameOf(pair.client)).isEqualTo(SimulatedMesh.LOCALHOST);
            assertThat(nameOf(pair.server)).isEqualTo(SimulatedMesh.B);
            assertThat(pair.client.getSession().getProtocol()).isEqualTo("TLSv1.3");
        }
    }

    private static String nameOf(SSLSocket socket) {
        return AttestedPeer.of(socket.getSession()).orElseThrow().identity().name();
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void closeOfOne_isTheEndForTheOther(String client, String server) throws Exception {
        try (SocketPair pair = pair(client, server).shaken()) {
            pair.client.getOutputStream().write(7);
            pair.client.close();
            assertThat(pair.server.getInputStream().readAllBytes()).containsExactly(7);
            assertThat(pair.server.getInputStream().read()).isEqualTo(-1);
            assertThatThrownBy(() -> pair.client.getOutputStream()).isInstanceOf(SocketException.class);
            assertThat(pair.client.isClosed()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void largeTransfers_goBothWaysAtOnce(String client, String server) throws Exception {
        try (SocketPair pair = pair(client, server)) {
            Future<byte[]> atServer = pair.threads.submit(() -> digest(pair.server.getInputStream()));
            Future<byte[]> atClient = pair.threads.submit(() -> digest(pair.client.getInputStream()));
            Future<byte[]> toClient = pair.threads.submit(() -> send(pair.server, 1));
            byte[] toServer = send(pair.client, 2);
            assertThat(atServer.get(40, TimeUnit.SECONDS)).isEqualTo(toServer);
            assertThat(atClient.get(40, TimeUnit.SECONDS)).isEqualTo(toClient.get());
        }
    }

    private static byte[] send(Socket to, long seed) throws Exception {
        Random random = new Random(seed);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] chunk = new byte[40_000];
        for (int left = LARGE; left > 0; left -= chunk.length) {
            random.nextBytes(chunk);
            int length = Math.min(left, chunk.length);
            digest.update(chunk, 0, length);
            to.getOutputStream().write(chunk, 0, length);
        }
        return digest.digest();
    }

    private static byte[] digest(InputStream from) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] chunk = new byte[30_000];
        for (int left = LARGE; left > 0; ) {
            int read = from.read(chunk, 0, Math.min(left, chunk.length));
            assertThat(read).isPositive();
            digest.update(chunk, 0, read);
            left -= read;
        }
        return digest.digest();
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void impostor_isRefused_andBothSidesSeeIt(String client, String server) throws Exception {
        SSLContext impostor = SocketPair.context(mesh, client, server, mesh.credentialOf(Impostor.OTHER_IMAGE));
        try (SocketPair pair = new SocketPair(impostor, server(server, client))) {
            Future<Integer> served =
                    pair.threads.submit(() -> pair.server.getInputStream().read());
            // in TLS 1.3 the client has finished before the server has looked at its certificate
            assertThatThrownBy(() -> pair.client.getInputStream().read()).isInstanceOf(SSLException.class);
            assertThatThrownBy(served::get).hasCauseInstanceOf(SSLException.class);
            assertThat(pair.server.getSession().isValid()).isFalse();
            assertThatThrownBy(() -> pair.server.getSession().getPeerCertificates())
                    .isInstanceOf(SSLPeerUnverifiedException.class);
            assertThatThrownBy(() -> pair.server.getOutputStream().write(1)).isInstanceOf(SSLException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void serverOfAnotherName_isRefused_andBothSidesSeeIt(String client, String server) throws Exception {
        try (SocketPair pair = new SocketPair(client(client, server), server(server, client), "127.0.0.1")) {
            Future<Integer> served =
                    pair.threads.submit(() -> pair.server.getInputStream().read());
            assertThatThrownBy(pair.client::startHandshake).isInstanceOf(SSLException.class);
            assertThatThrownBy(served::get).hasCauseInstanceOf(SSLException.class);
            assertThatThrownBy(pair.client::startHandshake)
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("the connection has failed");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "jdk"})
    void endWithoutCloseNotify_isAnError(String engine) throws Exception {
        try (SocketPair pair = pair(engine, engine).shaken()) {
            pair.server.getOutputStream().write(new byte[] {1, 2, 3});
            ((EngineSocket) pair.server).below.close();
            assertThat(pair.client.getInputStream().readNBytes(3)).containsExactly(1, 2, 3);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> pair.client.getInputStream().read())
                        .isInstanceOf(SSLException.class)
                        .hasMessageContaining("truncated");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "jdk"})
    void endInTheHandshake_isAnError(String engine) throws Exception {
        try (SocketPair pair = pair(engine, engine)) {
            ((EngineSocket) pair.server).below.close();
            assertThatThrownBy(pair.client::startHandshake).isInstanceOf(IOException.class);
            assertThat(pair.client.getSession().isValid()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "jdk"})
    void bytesThatAreNotTls_endTheHandshake(String engine) throws Exception {
        try (SocketPair pair = pair(engine, engine)) {
            ((EngineSocket) pair.client)
                    .below
                    .getOutputStream()
                    .write("GET / HTTP/1.1\r\n\r\n".repeat(4).getBytes(StandardCharsets.US_ASCII));
            assertThatThrownBy(pair.server::startHandshake).isInstanceOf(SSLException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "jdk"})
    void changedRecord_endsTheConnection(String engine) throws Exception {
        try (SocketPair pair = pair(engine, engine).shaken()) {
            byte[] record = new byte[5 + 40];
            record[0] = 23;
            record[1] = 3;
            record[2] = 3;
            record[4] = 40;
            ((EngineSocket) pair.client).below.getOutputStream().write(record);
            assertThatThrownBy(() -> pair.server.getInputStream().read()).isInstanceOf(SSLException.class);
            assertThatThrownBy(() -> pair.server.getOutputStream().write(1)).isInstanceOf(SSLException.class);
            assertThatThrownBy(() -> pair.client.getInputStream().read()).isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "jdk"})
    void readThatTimesOut_losesNothing(String engine) throws Exception {
        try (SocketPair pair = pair(engine, engine).shaken()) {
            pair.client.setSoTimeout(SocketPair.SHORT_MILLIS);
            assertThat(pair.client.getSoTimeout()).isEqualTo(SocketPair.SHORT_MILLIS);
            assertThatThrownBy(() -> pair.client.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            pair.server.getOutputStream().write(9);
            assertThat(pair.client.getInputStream().read()).isEqualTo(9);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "jdk"})
    void handshakeThatTimesOut_isContinued(String engine) throws Exception {
        try (SocketPair pair = pair(engine, engine)) {
            pair.client.setSoTimeout(SocketPair.SHORT_MILLIS);
            assertThatThrownBy(pair.client::startHandshake).isInstanceOf(SocketTimeoutException.class);
            pair.client.setSoTimeout(10_000);
            pair.shaken();
            assertThat(nameOf(pair.client)).isEqualTo(SimulatedMesh.LOCALHOST);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "jdk"})
    void close_wakesTheReaderOfAnotherThread(String engine) throws Exception {
        try (SocketPair pair = pair(engine, engine).shaken()) {
            CompletableFuture<Thread> reader = new CompletableFuture<>();
            Future<Integer> blocked = pair.threads.submit(() -> {
                reader.complete(Thread.currentThread());
                return pair.client.getInputStream().read();
            });
            awaitInNative(reader.get(5, TimeUnit.SECONDS));
            pair.client.close();
            assertThatThrownBy(() -> blocked.get(5, TimeUnit.SECONDS)).hasCauseInstanceOf(SocketException.class);
            assertThat(pair.server.getInputStream().read()).isEqualTo(-1);
        }
    }

    // blocked in the kernel, the JVM says RUNNABLE: what tells is the frame on top
    private static void awaitInNative(Thread thread) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (System.nanoTime() - end < 0) {
            StackTraceElement[] stack = thread.getStackTrace();
            if (stack.length > 0 && stack[0].isNativeMethod()) {
                return;
            }
            Thread.onSpinWait();
        }
        throw new AssertionError("the thread does not block");
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "jdk"})
    void close_isBounded_whileTheHandshakeWaits(String engine) throws Exception {
        try (SocketPair pair = pair(engine, engine)) {
            CompletableFuture<Thread> shaker = new CompletableFuture<>();
            Future<?> blocked = pair.threads.submit(() -> {
                shaker.complete(Thread.currentThread());
                pair.client.startHandshake();
                return null;
            });
            awaitInNative(shaker.get(5, TimeUnit.SECONDS));
            closeInTime(pair.client);
            assertThatThrownBy(() -> blocked.get(5, TimeUnit.SECONDS)).hasCauseInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "jdk"})
    void close_isBounded_whileAWriterWaitsForThePeer(String engine) throws Exception {
        try (SocketPair pair = pair(engine, engine).shaken()) {
            BlockingQueue<Integer> progress = new LinkedBlockingQueue<>();
            Future<?> blocked = pair.threads.submit(() -> {
                byte[] chunk = new byte[100_000];
                while (true) {
                    pair.client.getOutputStream().write(chunk);
                    progress.add(chunk.length);
                }
            });
            while (progress.poll(500, TimeUnit.MILLISECONDS) != null) {
                progress.clear();
            }
            closeInTime(pair.client);
            assertThatThrownBy(() -> blocked.get(5, TimeUnit.SECONDS)).hasCauseInstanceOf(IOException.class);
        }
    }

    private static void closeInTime(SSLSocket socket) throws IOException {
        long start = System.nanoTime();
        socket.close();
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isLessThan(CLOSE_MILLIS);
    }

    @Test
    void halfClose_ofTheJdk_letsTheAnswerThrough() throws Exception {
        try (SocketPair pair = pair("jdk", "jdk").shaken()) {
            pair.client.getOutputStream().write(new byte[] {1, 2, 3});
            pair.client.shutdownOutput();
            assertThat(pair.client.isOutputShutdown()).isTrue();
            assertThat(pair.server.getInputStream().readAllBytes()).containsExactly(1, 2, 3);
            pair.server.getOutputStream().write(new byte[] {4, 5});
            pair.server.close();
            assertThat(pair.client.getInputStream().readAllBytes()).containsExactly(4, 5);
            assertThatThrownBy(() -> pair.client.getOutputStream()).isInstanceOf(SocketException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse"})
    void halfClose_ofAnEngineWithout_isNotSupported_andHarmsNothing(String engine) throws Exception {
        try (SocketPair pair = pair(engine, engine).shaken()) {
            assertThatThrownBy(pair.client::shutdownOutput).isInstanceOf(UnsupportedOperationException.class);
            pair.client.getOutputStream().write(3);
            assertThat(pair.server.getInputStream().read()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "jdk"})
    void shutdownOfTheInput_endsReading(String engine) throws Exception {
        try (SocketPair pair = pair(engine, engine).shaken()) {
            InputStream in = pair.client.getInputStream();
            pair.client.shutdownInput();
            assertThat(in.read()).isEqualTo(-1);
            assertThat(pair.client.isInputShutdown()).isTrue();
            pair.client.getOutputStream().write(3);
            assertThat(pair.server.getInputStream().read()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "jdk"})
    void handshake_isOne_andItsListenersHearOfItOnce(String engine) throws Exception {
        try (SocketPair pair = pair(engine, engine)) {
            BlockingQueue<HandshakeCompletedEvent> events = new LinkedBlockingQueue<>();
            pair.client.addHandshakeCompletedListener(events::add);
            assertThatThrownBy(() -> pair.client.removeHandshakeCompletedListener(event -> {}))
                    .isInstanceOf(IllegalArgumentException.class);
            pair.shaken();
            pair.client.startHandshake();
            HandshakeCompletedEvent event = events.poll(5, TimeUnit.SECONDS);
            assertThat(event.getSocket()).isSameAs(pair.client);
            assertThat(event.getSession().getPeerCertificates()[0]).isEqualTo(serverCredential.leaf());
            assertThat(events.poll(SocketPair.SHORT_MILLIS, TimeUnit.MILLISECONDS))
                    .isNull();
            assertThat(pair.client.getHandshakeSession()).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "jdk"})
    void applicationProtocol_isNegotiated(String engine) throws Exception {
        try (SocketPair pair = pair(engine, engine)) {
            SSLParameters parameters = pair.client.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"two", "one"});
            pair.client.setSSLParameters(parameters);
            pair.server.setHandshakeApplicationProtocolSelector((socket, offered) -> offered.get(1));
            assertThat(pair.client.getApplicationProtocol()).isNull();
            pair.shaken();
            assertThat(pair.client.getApplicationProtocol()).isEqualTo("one");
            assertThat(pair.server.getApplicationProtocol()).isEqualTo("one");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "jdk"})
    void settings_weakenNothing(String engine) throws Exception {
        try (SocketPair pair = pair(engine, engine)) {
            assertThatThrownBy(() -> pair.server.setEnabledProtocols(new String[] {"TLSv1.2"}))
                    .isInstanceOf(IllegalArgumentException.class);
            SSLParameters old = new SSLParameters();
            old.setProtocols(new String[] {"TLSv1.2"});
            assertThatThrownBy(() -> pair.server.setSSLParameters(old)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> pair.server.setEnabledCipherSuites(new String[0]))
                    .isInstanceOf(IllegalArgumentException.class);
            pair.server.setEnabledCipherSuites(new String[] {"TLS_RSA_WITH_NULL_SHA"});
            pair.server.setNeedClientAuth(false);
            pair.server.setWantClientAuth(true);
            assertThat(pair.server.getNeedClientAuth()).isTrue();
            assertThat(pair.server.getWantClientAuth()).isFalse();
            assertThat(pair.server.getEnabledProtocols()).containsExactly("TLSv1.3");
            pair.shaken();
            assertThat(nameOf(pair.server)).isEqualTo(SimulatedMesh.B);
            assertThat(pair.server.getSession().getCipherSuite()).startsWith("TLS_");
            assertThatThrownBy(() -> pair.client.setUseClientMode(false)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void socketThatIsNotConnected_hasNoSession_andNoStreams() throws Exception {
        try (SSLSocket socket =
                (SSLSocket) client("jdk", "jdk").getSocketFactory().createSocket()) {
            assertThat(socket.getSession().isValid()).isFalse();
            assertThat(socket.getSession().getCipherSuite()).isEqualTo("SSL_NULL_WITH_NULL_NULL");
            assertThatThrownBy(socket::getInputStream).isInstanceOf(SocketException.class);
            assertThatThrownBy(socket::startHandshake).isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> socket.sendUrgentData(1)).isInstanceOf(SocketException.class);
            assertThat(socket.getUseClientMode()).isTrue();
        }
    }

    @Test
    void connectionsOfConscrypt_leaveNoDescriptorsBehind() throws Exception {
        SSLContext ofClient = client("conscrypt", "conscrypt");
        SSLContext ofServer = server("conscrypt", "conscrypt");
        UnixOperatingSystemMXBean system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        new SocketPair(ofClient, ofServer).shaken().close();
        long before = system.getOpenFileDescriptorCount();
        for (int i = 0; i < 20; i++) {
            new SocketPair(ofClient, ofServer).shaken().close();
        }
        assertThat(system.getOpenFileDescriptorCount()).isLessThan(before + 10);
    }

    @Test
    void handshakeError_isOneOfTheHandshake() throws Exception {
        try (SocketPair pair = new SocketPair(client("jdk", "jdk"), server("jdk", "jdk"), "127.0.0.1")) {
            Future<?> served = pair.threads.submit(() -> {
                pair.server.startHandshake();
                return null;
            });
            assertThatThrownBy(pair.client::startHandshake).isInstanceOf(SSLHandshakeException.class);
            assertThatThrownBy(served::get).hasCauseInstanceOf(SSLException.class);
        }
    }
}
