package io.attestedmesh.cli.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.cli.config.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LocalServerTest {
    private static final Address LOOPBACK = new Address("127.0.0.1", 0);
    private static final String LARGE = "x".repeat(16 << 20);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(50);

    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private final AtomicBoolean interrupted = new AtomicBoolean();
    private LocalServer server;

    @BeforeEach
    void start() throws IOException {
        start(SHORT);
    }

    private void start(Duration patience) throws IOException {
        server = LocalServer.start(
                LOOPBACK,
                Map.of(
                        "/page", () -> Answer.text(200, "the page"),
                        "/large", () -> Answer.text(200, LARGE),
                        "/waits", this::waits,
                        "/broken",
                                () -> {
                                    throw new IllegalStateException("secret words");
                                }),
                patience);
    }

    private void restart(Duration patience) throws IOException {
        server.close();
        start(patience);
    }

    @AfterEach
    void stop() {
        go.countDown();
        server.close();
    }

    private Answer waits() {
        entered.countDown();
        try {
            go.await();
        } catch (InterruptedException e) {
            interrupted.set(true);
        }
        return Answer.text(200, "at last");
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), server.address().port());
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** The whole answer; the connection ends with it. */
    private String ask(String request) throws IOException {
        try (Socket socket = connect()) {
            send(socket, request);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String get(String path) throws IOException {
        return ask("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }

    @Test
    void page_isServed_andTheConnectionEnds() throws IOException {
        assertThat(get("/page"))
                .startsWith("HTTP/1.1 200 ")
                .containsIgnoringCase("Connection: close")
                .containsIgnoringCase("X-Content-Type-Options: nosniff")
                .endsWith("\r\n\r\nthe page\n");
        assertThat(get("/page?name=x")).startsWith("HTTP/1.1 200 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/pag", "/page/", "/pagers", "/%70age", "/page/../page", "/Page"})
    void unknownPath_is404_andSaysWhatThereIs(String path) throws IOException {
        assertThat(get(path)).startsWith("HTTP/1.1 404 ").contains("/page");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "get", "CONNECT"})
    void otherMethod_is405(String method) throws IOException {
        assertThat(ask(method + " /page HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .startsWith("HTTP/1.1 405 ")
                .containsIgnoringCase("Allow: GET")
                .doesNotContain("the page");
    }

    @Test
    void head_is405_withoutABody() throws IOException {
        assertThat(ask("HEAD /page HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .startsWith("HTTP/1.1 405 ")
                .endsWith("\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "attacker.example",
                "attacker.example:9464",
                "localhost.attacker.example",
                "127.0.0.1.nip.io",
                "10.0.0.7",
                "127.0.0.2",
                "[::1]",
                "localhost:port",
                "127.0.0.1, attacker.example",
                "user@localhost",
                ""
            })
    void otherHost_isMisdirected(String host) throws IOException {
        assertThat(ask("GET /page HTTP/1.1\r\nHost: " + host + "\r\n\r\n"))
                .startsWith("HTTP/1.1 421 ")
                .doesNotContain("the page");
    }

    @Test
    void noHost_orTwo_orOneInTheRequestLine_isMisdirected() throws IOException {
        assertThat(ask("GET /page HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 421 ");
        assertThat(ask("GET /page HTTP/1.1\r\nHost: localhost\r\nHost: attacker.example\r\n\r\n"))
                .startsWith("HTTP/1.1 421 ");
        assertThat(ask("GET http://attacker.example/page HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .startsWith("HTTP/1.1 421 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LocalHost:1", "127.0.0.1", "127.0.0.1:9464"})
    void itsHost_isServed(String host) throws IOException {
        assertThat(ask("GET /page HTTP/1.1\r\nHost: " + host + "\r\n\r\n")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void hostsOfAServerForAllAddresses_areNumbers_notNames() throws IOException {
        HostHeader hosts = new HostHeader("0.0.0.0", InetAddress.getByName("0.0.0.0"));

        assertThat(hosts.accepts(List.of("10.0.0.7:9464"))).isTrue();
        assertThat(hosts.accepts(List.of("[2001:db8::1]"))).isTrue();
        assertThat(hosts.accepts(List.of("attacker.example"))).isFalse();
    }

    @Test
    void pageThatFails_is500_andTellsNothing() throws IOException {
        assertThat(get("/broken")).startsWith("HTTP/1.1 500 ").doesNotContain("secret words");
        assertThat(get("/page")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void noHttp_isNotServed() throws IOException {
        assertThat(ask("\u0016\u0003\u0001 hello\r\n\r\n")).doesNotContain(" 200 ");
        assertThat(get("/page")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void slowClients_doNotKeepOthersFromAnAnswer() throws IOException {
        restart(LONG);
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 1; i < LocalServer.MOST_EXCHANGES; i++) {
                slow.add(connect());
                send(slow.get(i - 1), "GET /page HTT");
            }
            assertThat(get("/page")).startsWith("HTTP/1.1 200 ");
        } finally {
            close(slow);
        }
    }

    @Test
    void moreSlowClientsThanThreads_areTurnedAwayAtOnce_andThoseThatAreServedGoOn() throws Exception {
        restart(LONG);
        List<Socket> slow = new ArrayList<>();
        try (Socket first = connect()) {
            send(first, "GET /waits HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
            boolean turnedAway = false;
            for (int i = 0; i < 2 * LocalServer.MOST_EXCHANGES && !turnedAway; i++) {
                Socket next = connect();
                slow.add(next);
                send(next, "GET /page HTT");
                next.setSoTimeout(200);
                turnedAway = isClosed(next);
            }
            assertThat(turnedAway).isTrue();
            go.countDown();
            assertThat(new String(first.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .endsWith("at last\n");
        } finally {
            close(slow);
        }
    }

    private static boolean isClosed(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException stillOpen) {
            return false;
        } catch (SocketException reset) {
            return true;
        }
    }

    private static void close(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @Test
    void requestThatDoesNotEnd_isClosed() throws IOException {
        assertThat(ask("GET /page HTTP/1.1\r\nHost: loc")).isEmpty();
    }

    @Test
    void bodyThatDoesNotCome_isNotWaitedFor() throws IOException {
        String answer = ask("POST /page HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 405 ");
    }

    @Test
    void clientThatDoesNotRead_isClosed_andItsThreadIsFreeAgain() throws Exception {
        List<Socket> deaf = new ArrayList<>();
        try {
            for (int i = 0; i < LocalServer.MOST_EXCHANGES; i++) {
                deaf.add(connect());
                send(deaf.get(i), "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n");
            }
            String answer = "";
            while (answer.isEmpty()) {
                answer = answerUnlessBusy();
            }
            assertThat(answer).startsWith("HTTP/1.1 200 ");
        } finally {
            close(deaf);
        }
    }

    private String answerUnlessBusy() {
        try {
            return get("/page");
        } catch (IOException turnedAway) {
            return "";
        }
    }

    @Test
    void exchangeThatTakesTooLong_isInterrupted_andTheNextOnThatThreadIsNot() throws Exception {
        get("/waits");

        assertThat(interrupted).isTrue();
        assertThat(get("/page")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void close_endsWhatIsOpen() throws Exception {
        restart(LONG);
        try (Socket waiting = connect()) {
            send(waiting, "GET /waits HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();

            server.close();

            waiting.setSoTimeout(20_000);
            assertThat(isClosed(waiting)).isTrue();
        }
    }
}
