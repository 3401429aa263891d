package io.attestedmesh.cli.telemetry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.attestedmesh.cli.config.Address;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A few pages in plain HTTP, and acts for those who know a token. It keeps no connection, and has a bound on whatever a client
 * can ask for.
 */
public final class LocalServer implements AutoCloseable {
    static final int MOST_EXCHANGES = 16;
    public static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final System.Logger LOG = System.getLogger(LocalServer.class.getName());
    private static final int BACKLOG = 32;
    private static final int MOST_BODY = 64 << 10;
    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(4).build())
                    .build())
            .build();
    private static final Map<String, String> BOUNDS = Map.of(
            "jdk.httpserver.maxConnections", "64",
            "sun.net.httpserver.idleInterval", "10",
            "sun.net.httpserver.maxReqHeaders", "64",
            "sun.net.httpserver.maxReqHeaderSize", "16384",
            "sun.net.httpserver.nodelay", "true");

    private final HttpServer http;
    private final Address address;
    private final HostHeader hosts;
    private final ExchangeThreads threads;
    private final Map<String, Supplier<Answer>> pages;
    private final Optional<Acts> acts;

    /** What a request with a body does. It must end within the patience of the server. */
    @FunctionalInterface
    public interface Act {
        Answer answer(JsonNode body);
    }

    /** Acts by their path, for those whose header Authorization is {@code Bearer} and this token. */
    record Acts(String token, Map<String, Act> byPath) {}

    private LocalServer(
            HttpServer http,
            Address listen,
            Map<String, Supplier<Answer>> pages,
            Optional<Acts> acts,
            Duration patience) {
        this.http = http;
        this.address = new Address(listen.host(), http.getAddress().getPort());
        this.hosts = new HostHeader(listen.host(), http.getAddress().getAddress());
        this.threads = new ExchangeThreads(MOST_EXCHANGES, patience);
        this.pages = Map.copyOf(pages);
        this.acts = acts;
    }

    /**
     * Listens from here on.
     *
     * @param pages by their path
     * @param patience the longest that an exchange may take
     */
    static LocalServer start(Address listen, Map<String, Supplier<Answer>> pages, Duration patience)
            throws IOException {
        return start(listen, pages, Optional.empty(), patience);
    }

    /**
     * Listens from here on, for acts alone.
     *
     * @param token who knows it may do what it likes
     * @param patience the longest that an exchange may take
     */
    public static LocalServer start(Address listen, String token, Map<String, Act> acts, Duration patience)
            throws IOException {
        return start(listen, Map.of(), Optional.of(new Acts(token, Map.copyOf(acts))), patience);
    }

    private static LocalServer start(
            Address listen, Map<String, Supplier<Answer>> pages, Optional<Acts> acts, Duration patience)
            throws IOException {
        setBounds();
        LocalServer server = new LocalServer(HttpServer.create(socket(listen), BACKLOG), listen, pages, acts, patience);
        server.http.setExecutor(server.threads);
        server.http.createContext("/", server::serve);
        server.http.start();
        return server;
    }

    /** The JDK has no other place for them, and reads them once a process. What an operator has set stays. */
    private static void setBounds() {
        BOUNDS.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
    }

    private static InetSocketAddress socket(Address listen) throws UnknownHostException {
        InetAddress host =
                listen.isLocalhost() ? InetAddress.getLoopbackAddress() : InetAddress.getByName(listen.host());
        return new InetSocketAddress(host, listen.port());
    }

    /** Where it listens, with the port that was chosen if 0 was asked for. */
    public Address address() {
        return address;
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            send(exchange, answer(exchange));
        }
    }

    private Answer answer(HttpExchange exchange) {
        if (exchange.getRequestURI().isAbsolute()
                || !hosts.accepts(exchange.getRequestHeaders().getOrDefault("Host", List.of()))) {
            return Answer.text(421, "the header Host must be this address, or localhost");
        }
        if (acts.isPresent()) {
            return act(exchange, acts.get());
        }
        if (!exchange.getRequestMethod().equals("GET")) {
            exchange.getResponseHeaders().set("Allow", "GET");
            return Answer.text(405, "only GET");
        }
        Supplier<Answer> page = pages.get(exchange.getRequestURI().getRawPath());
        if (page == null) {
            return Answer.text(
                    404,
                    "there are "
                            + String.join(", ", pages.keySet().stream().sorted().toList()));
        }
        try {
            return page.get();
        } catch (RuntimeException e) {
            // the edge of this thread: the JDK would close the connection and say nothing
            LOG.log(System.Logger.Level.ERROR, "event=telemetry.failed", e);
            return Answer.text(500, "this is a fault of amesh: its log has it");
        }
    }

    private static Answer act(HttpExchange exchange, Acts acts) {
        List<String> given = exchange.getRequestHeaders().getOrDefault("Authorization", List.of());
        if (given.size() != 1 || !isSame(given.get(0), "Bearer " + acts.token())) {
            return Answer.text(401, "the header Authorization must be the token of this node");
        }
        if (!exchange.getRequestMethod().equals("POST")) {
            exchange.getResponseHeaders().set("Allow", "POST");
            return Answer.text(405, "only POST");
        }
        Act act = acts.byPath().get(exchange.getRequestURI().getRawPath());
        if (act == null) {
            return Answer.text(404, "there is no such act");
        }
        try {
            byte[] body = exchange.getRequestBody().readNBytes(MOST_BODY + 1);
            if (body.length > MOST_BODY) {
                return Answer.text(413, "a request has " + MOST_BODY + " bytes at most");
            }
            return act.answer(JSON.readTree(body));
        } catch (IOException e) {
            return Answer.text(400, "the request is no JSON");
        } catch (RuntimeException e) {
            // the edge of this thread, as above
            LOG.log(System.Logger.Level.ERROR, "event=admin.failed", e);
            return Answer.text(500, "this is a fault of amesh: its log has it");
        }
    }

    /** In constant time. */
    private static boolean isSame(String given, String expected) {
        return MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", answer.contentType());
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Connection", "close");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(answer.status(), -1);
            return;
        }
        exchange.sendResponseHeaders(answer.status(), body.length);
        OutputStream out = exchange.getResponseBody();
        out.write(body);
        out.flush(); // newer JDKs wait for the rest of the request before they send what is left
    }

    @Override
    public void close() {
        http.stop(0);
        threads.close();
    }
}
