package io.attestedmesh.enclave.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import io.attestedmesh.attest.evidence.Bytes;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.services.s3.S3Client;

/** As much of S3 as one object a name takes: GET, and PUT under its conditions. Tests put back what was there before. */
final class S3Server implements AutoCloseable {
    private final LoopbackHttps https = LoopbackHttps.start("127.0.0.1", this::handle);
    private final Map<String, Bytes> objects = new ConcurrentHashMap<>();
    private volatile int failsAfterWriting;
    private volatile Optional<String> failure = Optional.empty();

    S3Client client() {
        return AwsClients.s3(https.settings(KmsServer.ENCLAVE), LoopbackHttps.atOnce());
    }

    Map<String, Bytes> objects() {
        return objects;
    }

    /** Again without objects, and as S3 does it. */
    void empties() {
        objects.clear();
        failsAfterWriting = 0;
        failure = Optional.empty();
    }

    int calls() {
        return https.calls();
    }

    /** So many writes are done, and answered with an error of the server. */
    void failsAfterWriting(int times) {
        failsAfterWriting = times;
    }

    /** Every call is refused with this code and status 403. */
    void refuses(String code) {
        failure = Optional.of(code);
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (failure.isPresent()) {
            refuse(exchange, 403, failure.get());
        } else if (exchange.getRequestMethod().equals("PUT")) {
            put(exchange, Bytes.of(body));
        } else {
            get(exchange);
        }
    }

    private synchronized void put(HttpExchange exchange, Bytes body) throws IOException {
        String path = exchange.getRequestURI().getPath();
        Optional<String> there = Optional.ofNullable(objects.get(path)).map(S3Server::tag);
        String ifMatch = exchange.getRequestHeaders().getFirst("If-Match");
        String ifNoneMatch = exchange.getRequestHeaders().getFirst("If-None-Match");
        if (ifMatch != null && there.isEmpty()) {
            refuse(exchange, 404, "NoSuchKey");
        } else if ((ifMatch != null && !there.get().equals(ifMatch))
                || ("*".equals(ifNoneMatch) && there.isPresent())) {
            refuse(exchange, 412, "PreconditionFailed");
        } else {
            objects.put(path, body);
            if (failsAfterWriting > 0) {
                failsAfterWriting--;
                refuse(exchange, 500, "InternalError");
            } else {
                exchange.getResponseHeaders().set("ETag", tag(body));
                exchange.sendResponseHeaders(200, -1);
            }
        }
    }

    private void get(HttpExchange exchange) throws IOException {
        Bytes body = objects.get(exchange.getRequestURI().getPath());
        if (body == null) {
            refuse(exchange, 404, "NoSuchKey");
            return;
        }
        exchange.getResponseHeaders().set("ETag", tag(body));
        exchange.sendResponseHeaders(200, body.size());
        exchange.getResponseBody().write(body.toByteArray());
    }

    private static String tag(Bytes body) {
        return "\"" + body.sha384().slice(0, 16).hex() + "\"";
    }

    private static void refuse(HttpExchange exchange, int status, String code) throws IOException {
        byte[] error = ("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>" + code
                        + "</Code><Message>as a test asked</Message></Error>")
                .getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        exchange.sendResponseHeaders(status, error.length);
        exchange.getResponseBody().write(error);
    }

    @Override
    public void close() {
        https.close();
    }
}
