package io.attestedmesh.releases.source;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/** A web server on this machine that answers as a test says, and remembers what it was asked. */
final class LoopbackServer implements AutoCloseable {
    /** One request as it came. */
    record Asked(String method, URI target, Optional<String> ifNoneMatch, Optional<String> ifModifiedSince) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CountDownLatch droppedByClient = new CountDownLatch(1);
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private volatile HttpHandler answer = exchange -> status(exchange, 500);

    private LoopbackServer(HttpServer server) {
        this.server = server;
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    static LoopbackServer start() throws IOException {
        return new LoopbackServer(HttpServer.create(anyPort(), 0));
    }

    static LoopbackServer start(SSLContext tls) throws IOException {
        HttpsServer server = HttpsServer.create(anyPort(), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        return new LoopbackServer(server);
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    /** From now on. */
    void answers(HttpHandler how) {
        answer = how;
    }

    /** From now on, with these headers. */
    void answers(int status, byte[] body, String... headers) {
        answers(exchange -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
            }
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
    }

    static void status(HttpExchange exchange, int status) throws IOException {
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    /** Writes a byte now and then, until the client has gone or the test is over. */
    void drip(HttpExchange exchange) throws IOException {
        try {
            while (!closing.await(5, TimeUnit.MILLISECONDS)) {
                exchange.getResponseBody().write(' ');
                exchange.getResponseBody().flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException gone) {
            droppedByClient.countDown();
        } finally {
            exchange.close();
        }
    }

    /** Lets that time pass, or less if the test is over. */
    void lag(Duration time) {
        try {
            var unused = closing.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Says nothing until the test is over. */
    void keepSilent() {
        try {
            closing.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the client ended the connection of a dripping answer. */
    boolean wasDropped() throws InterruptedException {
        return droppedByClient.await(20, TimeUnit.SECONDS);
    }

    URI url(String path) {
        String scheme = server instanceof HttpsServer ? "https" : "http";
        return URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    List<Asked> asked() {
        return List.copyOf(asked);
    }

    private void handle(HttpExchange exchange) throws IOException {
        asked.add(new Asked(
                exchange.getRequestMethod(),
                exchange.getRequestURI(),
                Optional.ofNullable(exchange.getRequestHeaders().getFirst("If-None-Match")),
                Optional.ofNullable(exchange.getRequestHeaders().getFirst("If-Modified-Since"))));
        answer.handle(exchange);
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
