package io.attestedmesh.enclave.secrets;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;

/** A server of AWS's on 127.0.0.1, over TLS with a certificate of its own; counts what it is asked. */
final class LoopbackHttps implements AutoCloseable {
    private final HttpsServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "loopback-https");
        thread.setDaemon(true);
        return thread;
    });
    private final X509Certificate certificate;
    private final AtomicInteger calls = new AtomicInteger();

    private LoopbackHttps(HttpsServer server, X509Certificate certificate) {
        this.server = server;
        this.certificate = certificate;
    }

    /** @param name of the certificate, {@code 127.0.0.1} for one that fits */
    static LoopbackHttps start(String name, HttpHandler handler) {
        ServerCertificate made = ServerCertificate.of(name);
        try {
            HttpsServer server = HttpsServer.create(
                    new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(made.server()));
            LoopbackHttps started = new LoopbackHttps(server, made.certificate());
            server.createContext("/", exchange -> {
                started.calls.incrementAndGet();
                try (exchange) {
                    handler.handle(exchange);
                }
            });
            server.setExecutor(started.threads);
            server.start();
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException("a test cannot start its server", e);
        }
    }

    URI endpoint() {
        return URI.create("https://127.0.0.1:" + server.getAddress().getPort());
    }

    X509Certificate certificate() {
        return certificate;
    }

    int calls() {
        return calls.get();
    }

    /** How a client reaches it that trusts it. */
    AwsSettings settings(String accessKey) {
        return AwsSettings.DEFAULTS
                .withRegion("eu-central-1")
                .withEndpoint(endpoint())
                .withCredentials(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, "of no account")))
                .withAuthorities(List.of(certificate));
    }

    /** As many attempts as there are usually, without pauses. */
    static StandardRetryStrategy atOnce() {
        return DefaultRetryStrategy.standardStrategyBuilder()
                .maxAttempts(AwsClients.ATTEMPTS)
                .backoffStrategy(BackoffStrategy.retryImmediately())
                .throttlingBackoffStrategy(BackoffStrategy.retryImmediately())
                .build();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
