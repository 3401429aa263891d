package io.attestedmesh.releases.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

class S3SourceTest {
    private static final byte[] BUNDLE = "{\"roots\":[]}".getBytes(UTF_8);
    private static final int MAX = 1000;
    private static final SourceSettings SETTINGS = SourceSettings.upTo(MAX);
    private static final Duration SHORT = Duration.ofMillis(500);

    private BucketServer bucket;

    @BeforeEach
    void start() throws IOException {
        bucket = new BucketServer();
    }

    @AfterEach
    void stop() {
        bucket.close();
    }

    @Test
    void fetch_ofAnObject_isItsContentAndVersion() throws IOException {
        bucket.put("/acme/kms/bundle.json", BUNDLE, "\"7\"", "3sL4kqtJlcpXroDTDmJ");

        Fetched fetched = source("s3://acme/kms/bundle.json", SETTINGS).fetch();

        assertThat(fetched.content()).isEqualTo(Bytes.of(BUNDLE));
        assertThat(fetched.version()).contains("3sL4kqtJlcpXroDTDmJ");
        assertThat(bucket.methods()).containsExactly("GET");
    }

    @Test
    void fetch_fromABucketWithoutVersions_isToldByItsETag() throws IOException {
        bucket.put("/acme/b", BUNDLE, "\"7\"", "null");

        assertThat(source("s3://acme/b", SETTINGS).fetch().version()).contains("\"7\"");
    }

    @Test
    void fetch_withTheETagSeen_isEmptyFor304() throws IOException {
        bucket.put("/acme/b", BUNDLE, "\"7\"", "v7");
        ReleaseSource source = source("s3://acme/b", SETTINGS);
        Optional<Validator> seen = source.fetch().validator();

        assertThat(source.fetch(seen)).isEmpty();

        assertThat(bucket.server().asked().get(1).ifNoneMatch()).contains("\"7\"");
    }

    @Test
    void fetch_ofAnotherVersion_isTheNewContent() throws IOException {
        bucket.put("/acme/b", BUNDLE, "\"7\"", "v7");
        ReleaseSource source = source("s3://acme/b", SETTINGS);
        Optional<Validator> seen = source.fetch().validator();
        bucket.put("/acme/b", "newer".getBytes(UTF_8), "\"8\"", "v8");

        assertThat(source.fetch(seen)).map(Fetched::version).contains(Optional.of("v8"));
    }

    @Test
    void fetch_ofA304ThatWasNotAskedFor_fails() {
        bucket.server().answers(304, new byte[0]);

        assertThatThrownBy(() -> source("s3://acme/b", SETTINGS).fetch())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("304");
    }

    @Test
    void fetch_ofAMissingObject_fails() {
        assertThatThrownBy(() -> source("s3://acme/b", SETTINGS).fetch())
                .isInstanceOf(IOException.class)
                .hasMessage("HTTP status 404 from S3: NoSuchKey");
    }

    @Test
    void fetch_withoutPermission_fails() {
        bucket.put("/acme/b", BUNDLE, "\"7\"", "v7");
        S3Source source = source("s3://acme/b", SETTINGS, "AKIDOFANOTHER");

        assertThatThrownBy(source::fetch)
                .isInstanceOf(IOException.class)
                .hasMessage("HTTP status 403 from S3: AccessDenied");
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 503})
    void fetch_ofAServerInTrouble_failsAtOnce(int status) {
        bucket.server().answers(status, new byte[0]);

        assertThatThrownBy(() -> source("s3://acme/b", SETTINGS).fetch())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("HTTP status " + status);
        assertThat(bucket.server().asked()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 307})
    void fetch_ofARedirect_failsAndDoesNotFollow(int status) {
        bucket.put("/elsewhere", BUNDLE, "\"7\"", "v7");
        bucket.server()
                .answers(
                        status,
                        new byte[0],
                        "Location",
                        bucket.server().url("/elsewhere").toString());

        assertThatThrownBy(() -> source("s3://acme/b", SETTINGS).fetch())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("HTTP status " + status);
        assertThat(bucket.server().asked()).hasSize(1);
    }

    @Test
    void fetch_ofAnAnnouncedByteMoreThanTheLimit_fails() {
        bucket.put("/acme/b", new byte[MAX + 1], "\"7\"", "v7");

        assertThatThrownBy(() -> source("s3://acme/b", SETTINGS).fetch())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("larger than 1000 bytes");
    }

    @Test
    void fetch_ofAnUnannouncedByteMoreThanTheLimit_failsAndDropsTheConnection() throws Exception {
        bucket.server().answers(exchange -> {
            BucketServer.describe(exchange, "\"7\"", "v7");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(new byte[MAX + 1]);
            exchange.getResponseBody().flush();
            bucket.server().drip(exchange);
        });

        assertThatThrownBy(() -> source("s3://acme/b", SETTINGS).fetch())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("larger than 1000 bytes");

        assertThat(bucket.server().wasDropped()).isTrue();
    }

    @Test
    void fetch_ofFewerBytesThanAnnounced_fails() {
        bucket.server().answers(exchange -> {
            BucketServer.describe(exchange, "\"7\"", "v7");
            exchange.sendResponseHeaders(200, BUNDLE.length + 1);
            exchange.getResponseBody().write(BUNDLE);
            exchange.getResponseBody().flush();
            exchange.close();
        });

        assertThatThrownBy(() -> source("s3://acme/b", SETTINGS).fetch()).isInstanceOf(IOException.class);
    }

    @Test
    void fetch_ofContentWithoutALength_givesNoValidator() throws IOException {
        bucket.server().answers(exchange -> {
            BucketServer.describe(exchange, "\"7\"", "v7");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(BUNDLE);
            exchange.close();
        });

        Fetched fetched = source("s3://acme/b", SETTINGS).fetch();

        assertThat(fetched.content()).isEqualTo(Bytes.of(BUNDLE));
        assertThat(fetched.validator()).isEmpty();
    }

    @Test
    void fetch_ofACompressedObject_fails() {
        bucket.server().answers(200, BUNDLE, "Content-Encoding", "gzip", "ETag", "\"7\"");

        assertThatThrownBy(() -> source("s3://acme/b", SETTINGS).fetch())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("encoded as \"gzip\"");
    }

    @Test
    @Timeout(30)
    void fetch_ofAnErrorWithAnEndlessText_endsAtALimit() throws Exception {
        AtomicLong sent = new AtomicLong();
        bucket.server().answers(exchange -> {
            exchange.sendResponseHeaders(500, 0);
            byte[] part = new byte[1 << 10];
            try {
                while (true) {
                    exchange.getResponseBody().write(part);
                    sent.addAndGet(part.length);
                }
            } finally {
                exchange.close();
            }
        });

        assertThatThrownBy(() -> source("s3://acme/b", SETTINGS).fetch())
                .isInstanceOf(IOException.class)
                .hasMessage("no answer from S3: the text of HTTP status 500 is larger than 65536 bytes");
        // what the buffers of two sockets hold comes on top
        assertThat(sent).hasValueLessThan(32 << 20);
    }

    private void assertEndsInTimeAndDropsTheConnection(S3Source source) throws InterruptedException {
        assertThatThrownBy(source::fetch)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no whole answer in time");

        assertThat(bucket.server().wasDropped()).isTrue();
    }

    @Test
    @Timeout(30)
    void fetch_ofAnErrorWithADrippingText_endsInTimeAndDropsTheConnection() throws Exception {
        bucket.server().answers(exchange -> {
            exchange.sendResponseHeaders(500, 0);
            bucket.server().drip(exchange);
        });
        S3Source source = source("s3://acme/b", SETTINGS.withTimeouts(SHORT, SHORT));

        assertEndsInTimeAndDropsTheConnection(source);
    }

    @Test
    @Timeout(30)
    void fetch_whenInterrupted_endsAtOnce() throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        bucket.server().answers(exchange -> {
            reached.countDown();
            bucket.server().keepSilent();
        });
        S3Source source = source("s3://acme/b", SETTINGS);
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        CompletableFuture<Boolean> flagged = new CompletableFuture<>();
        Thread fetching = new Thread(() -> {
            try {
                outcome.complete(new AssertionError(source.fetch()));
            } catch (IOException e) {
                outcome.complete(e);
            }
            flagged.complete(Thread.currentThread().isInterrupted());
        });
        fetching.start();
        reached.await();

        fetching.interrupt();

        assertThat(outcome.get()).isInstanceOf(InterruptedIOException.class);
        assertThat(flagged.get()).isTrue();
    }

    @Test
    void fetch_ofAKeyThatIsEncoded_isSignedAsItIsAsked() throws IOException {
        bucket.put("/acme/a b/+&=\u00e9~!.json", BUNDLE, "\"7\"", "v7");

        assertThat(source("s3://acme/a b/+&=\u00e9~!.json", SETTINGS).fetch().content())
                .isEqualTo(Bytes.of(BUNDLE));
    }

    @Test
    void fetch_fromAServerThatAGivenAuthorityVouchesFor_isItsContent(@TempDir Path folder) throws Exception {
        ServerCertificate made = ServerCertificate.make(folder, "ip:127.0.0.1");
        try (BucketServer tls = new BucketServer(made.server())) {
            tls.put("/acme/b", BUNDLE, "\"7\"", "v7");

            assertThat(source("s3://acme/b", tls.endpoint(), SETTINGS.withAuthorities(List.of(made.certificate())))
                            .fetch()
                            .version())
                    .contains("v7");
            S3Source distrusting = source("s3://acme/b", tls.endpoint(), SETTINGS);
            assertThatThrownBy(distrusting::fetch)
                    .isInstanceOf(IOException.class)
                    .hasStackTraceContaining("SSLHandshakeException");
        }
    }

    @Test
    @Timeout(30)
    void fetch_overHttps_asksTheProxyForATunnel() throws Exception {
        try (RefusingProxy proxy = RefusingProxy.start()) {
            S3Source source =
                    source("s3://acme/b", URI.create("https://s3.example"), SETTINGS.withProxy(proxy.address()));

            assertThatThrownBy(source::fetch).isInstanceOf(IOException.class);

            assertThat(proxy.asked()).isEqualTo("CONNECT s3.example:443 HTTP/1.1");
        }
    }

    @Test
    @Timeout(30)
    void fetch_overPlainHttp_neverAsksTheProxy() throws Exception {
        bucket.put("/acme/b", BUNDLE, "\"7\"", "v7");
        try (RefusingProxy proxy = RefusingProxy.start()) {
            assertThat(source("s3://acme/b", SETTINGS.withProxy(proxy.address()))
                            .fetch()
                            .content())
                    .isEqualTo(Bytes.of(BUNDLE));
        }
    }

    @Test
    @Timeout(30)
    void fetch_ofADrippingObject_endsInTimeAndDropsTheConnection() throws Exception {
        bucket.server().answers(exchange -> {
            BucketServer.describe(exchange, "\"7\"", "v7");
            exchange.sendResponseHeaders(200, 0);
            bucket.server().drip(exchange);
        });
        S3Source source = source("s3://acme/b", SourceSettings.upTo(1 << 30).withTimeouts(SHORT, SHORT));

        assertEndsInTimeAndDropsTheConnection(source);
    }

    @Test
    @Timeout(30)
    void fetch_ofAServerThatSaysNothing_endsInTime() {
        bucket.server().answers(exchange -> bucket.server().keepSilent());
        S3Source source = source("s3://acme/b", SETTINGS.withTimeouts(SHORT, SHORT));

        assertThatThrownBy(source::fetch).isInstanceOf(IOException.class);
    }

    @Test
    @Timeout(30)
    void fetch_ofAServerThatFallsSilentInTheContent_endsInTime() {
        bucket.server().answers(exchange -> {
            BucketServer.describe(exchange, "\"7\"", "v7");
            exchange.sendResponseHeaders(200, BUNDLE.length);
            exchange.getResponseBody().write(BUNDLE, 0, 3);
            exchange.getResponseBody().flush();
            bucket.server().keepSilent();
        });
        S3Source source = source("s3://acme/b", SETTINGS.withTimeouts(SHORT, SHORT));

        assertThatThrownBy(source::fetch).isInstanceOf(IOException.class);
    }

    @Test
    void fetch_ofA304ThatSaysHowLongTheContentWouldBe_isEmpty() throws IOException {
        bucket.put("/acme/b", BUNDLE, "\"7\"", "v7");
        ReleaseSource source = source("s3://acme/b", SETTINGS);
        Optional<Validator> seen = source.fetch().validator();
        bucket.server().answers(304, new byte[0], "Content-Length", "100000000");

        assertThat(source.fetch(seen)).isEmpty();
    }

    @Test
    void fetch_afterClose_fails() throws IOException {
        bucket.put("/acme/b", BUNDLE, "\"7\"", "v7");
        ReleaseSource source = source("s3://acme/b", SETTINGS);
        source.fetch();

        source.close();

        assertThatThrownBy(source::fetch).isInstanceOf(IOException.class).hasMessageContaining("closed");
    }

    @Test
    void fetch_withAnErrorCodeThatAStrangerChose_showsItEscaped() {
        bucket.server().answers(exchange -> {
            byte[] error = "<Error><Code>a&#10;b</Code></Error>".getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/xml");
            exchange.sendResponseHeaders(400, error.length);
            exchange.getResponseBody().write(error);
            exchange.close();
        });

        assertThatThrownBy(() -> source("s3://acme/b", SETTINGS).fetch())
                .hasMessage("HTTP status 400 from S3: a\\u000ab");
    }

    @Test
    void clients_withoutEndpoint_speakToTheRegionsOwn() {
        S3Location location = S3Location.parse("s3://acme/b?region=eu-central-1");

        try (var client = S3Clients.of(location, SETTINGS, Optional.of(credentials(BucketServer.KEY_ID)))) {
            assertThat(client.utilities()
                            .getUrl(url -> url.bucket("acme").key("b"))
                            .toString())
                    .startsWith("https://acme.s3.eu-central-1.");
        }
    }

    private S3Source source(String location, SourceSettings settings) {
        return source(location, bucket.endpoint(), settings);
    }

    private S3Source source(String location, SourceSettings settings, String keyId) {
        return source(location, bucket.endpoint(), settings, keyId);
    }

    private static S3Source source(String location, URI endpoint, SourceSettings settings) {
        return source(location, endpoint, settings, BucketServer.KEY_ID);
    }

    private static S3Source source(String location, URI endpoint, SourceSettings settings, String keyId) {
        S3Location parsed = S3Location.parse(location + "?endpoint=" + URLEncoder.encode(endpoint.toString(), UTF_8));
        return new S3Source(parsed, () -> S3Clients.of(parsed, settings, Optional.of(credentials(keyId))));
    }

    private static StaticCredentialsProvider credentials(String keyId) {
        return StaticCredentialsProvider.create(AwsBasicCredentials.create(keyId, BucketServer.SECRET));
    }
}
