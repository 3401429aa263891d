package io.attestedmesh.releases.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import io.attestedmesh.attest.evidence.Bytes;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;

/** As much of S3 as reading an object takes: signatures, GET and HEAD of a path with the bucket in it, versions, conditions, errors. */
final class BucketServer implements AutoCloseable {
    static final String KEY_ID = "AKIDFORATEST";
    static final String SECRET = "a secret of no account";

    private record Stored(Bytes content, String tag, String version) {}

    private final LoopbackServer server;
    private final Map<String, Stored> objects = new ConcurrentHashMap<>();
    private final List<String> methods = new CopyOnWriteArrayList<>();

    BucketServer() throws IOException {
        this(LoopbackServer.start());
    }

    BucketServer(SSLContext tls) throws IOException {
        this(LoopbackServer.start(tls));
    }

    private BucketServer(LoopbackServer server) {
        this.server = server;
        server.answers(this::handle);
    }

    LoopbackServer server() {
        return server;
    }

    URI endpoint() {
        return server.url("");
    }

    void put(String path, byte[] content, String tag, String version) {
        objects.put(path, new Stored(Bytes.of(content), tag, version));
    }

    List<String> methods() {
        return List.copyOf(methods);
    }

    private void handle(HttpExchange exchange) throws IOException {
        methods.add(exchange.getRequestMethod());
        Optional<Stored> stored =
                Optional.ofNullable(objects.get(exchange.getRequestURI().getPath()));
        if (!SignatureV4.holds(exchange, KEY_ID, SECRET)) {
            refuse(exchange, 403, "AccessDenied");
        } else if (stored.isEmpty()) {
            refuse(exchange, 404, "NoSuchKey");
        } else if (stored.get().tag().equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
            LoopbackServer.status(exchange, 304);
        } else {
            answer(exchange, stored.get());
        }
    }

    private static void answer(HttpExchange exchange, Stored object) throws IOException {
        describe(exchange, object.tag(), object.version());
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(200, head ? -1 : object.content().size());
        if (!head) {
            exchange.getResponseBody().write(object.content().toByteArray());
        }
        exchange.close();
    }

    static void describe(HttpExchange exchange, String tag, String version) {
        Headers headers = exchange.getResponseHeaders();
        headers.set("ETag", tag);
        headers.set("x-amz-version-id", version);
        headers.set("Content-Type", "application/json");
    }

    private static void refuse(HttpExchange exchange, int status, String code) throws IOException {
        byte[] error = ("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>" + code
                        + "</Code><Message>as a test asked</Message></Error>")
                .getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        exchange.sendResponseHeaders(status, error.length);
        exchange.getResponseBody().write(error);
        exchange.close();
    }

    @Override
    public void close() {
        server.close();
    }
}
