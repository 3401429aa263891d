package io.attestedmesh.releases.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import io.attestedmesh.attest.evidence.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebSourceTest {
    private static final byte[] BUNDLE = "{\"roots\":[]}".getBytes(UTF_8);
    private static final int MAX = 1000;

    private LoopbackServer server;

    @BeforeEach
    void start() throws IOException {
        server = LoopbackServer.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void fetch_ofA200_isItsBodyAndETag() throws IOException {
        server.answers(200, BUNDLE, "ETag", "\"v7\"");

        Fetched fetched = source("/bundle.json").fetch();

        assertThat(fetched.content()).isEqualTo(Bytes.of(BUNDLE));
        assertThat(fetched.version()).contains("\"v7\"");
        assertThat(server.asked()).singleElement().satisfies(asked -> {
            assertThat(asked.target().getPath()).isEqualTo("/bundle.json");
            assertThat(asked.ifNoneMatch()).isEmpty();
        });
    }

    @Test
    void fetch_withTheETagSeen_isEmptyFor304() throws IOException {
        answerUnlessSeen("\"v7\"");
        ReleaseSource source = source("/bundle.json");
        Optional<Validator> seen = source.fetch().validator();

        assertThat(source.fetch(seen)).isEmpty();

        assertThat(server.asked().get(1).ifNoneMatch()).contains("\"v7\"");
    }

    @Test
    void fetch_ofAnotherETag_isTheNewContent() throws IOException {
        answerUnlessSeen("\"v7\"");
        ReleaseSource source = source("/bundle.json");
        Optional<Validator> seen = source.fetch().validator();
        answerUnlessSeen("\"v8\"");

        assertThat(source.fetch(seen)).map(Fetched::version).contains(Optional.of("\"v8\""));
    }

    @Test
    void fetch_of304ThatWasNotAskedFor_fails() {
        server.answers(304, new byte[0]);

        assertThatThrownBy(() -> source("/").fetch())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("304");
    }

    @ParameterizedTest
    @ValueSource(strings = {"v7", "\"v7", "\"v\u00e97\"", "\"v 7\"", "W/v7", ""})
    void fetch_ofAnETagThatIsNone_givesNoValidator(String tag) throws IOException {
        server.answers(200, BUNDLE, "ETag", tag);

        assertThat(source("/").fetch().validator()).isEmpty();
    }

    @Test
    void fetch_withoutETag_asksByTheDateOfTheLastChange() throws IOException {
        String changed = "Thu, 19 Nov 2020 10:00:00 GMT";
        server.answers(200, BUNDLE, "Last-Modified", changed);
        ReleaseSource source = source("/");
        Optional<Validator> seen = source.fetch().validator();
        server.answers(304, new byte[0]);

        assertThat(source.fetch(seen)).isEmpty();

        assertThat(server.asked().get(1).ifModifiedSince()).contains(changed);
    }

    @Test
    void fetch_ofAChangeInTheSecondOfTheAnswer_givesNoValidator() throws IOException {
        server.answers(exchange -> {
            // the server's Date is set when the headers are sent
            exchange.getResponseHeaders().set("Last-Modified", "Tue, 19 Nov 2999 10:00:00 GMT");
            exchange.sendResponseHeaders(200, BUNDLE.length);
            exchange.getResponseBody().write(BUNDLE);
            exchange.close();
        });

        assertThat(source("/").fetch().validator()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"yesterday", "2020-11-19T10:00:00Z", ""})
    void fetch_ofADateThatIsNone_givesNoValidator(String date) throws IOException {
        server.answers(200, BUNDLE, "Last-Modified", date);

        assertThat(source("/").fetch().validator()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 204, 206, 400, 401, 403, 404, 429, 500, 503})
    void fetch_ofAnotherStatus_fails(int status) {
        server.answers(status, status == 204 ? new byte[0] : BUNDLE);

        assertThatThrownBy(() -> source("/").fetch())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("HTTP status " + status);
    }

    @Test
    void fetch_ofAnErrorWithAnEndlessBody_doesNotReadIt() throws Exception {
        server.answers(exchange -> {
            exchange.sendResponseHeaders(500, 0);
            server.drip(exchange);
        });

        assertThatThrownBy(() -> source("/").fetch())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("HTTP status 500");

        assertThat(server.wasDropped()).isTrue();
    }

    @Test
    void fetch_ofExactlyTheLimit_isAccepted() throws IOException {
        server.answers(200, new byte[MAX]);

        assertThat(source("/").fetch().content().size()).isEqualTo(MAX);
    }

    @Test
    void fetch_ofAnAnnouncedByteMoreThanTheLimit_fails() {
        server.answers(200, new byte[MAX + 1]);

        assertTooLarge();
    }

    @Test
    void fetch_ofAnUnannouncedByteMoreThanTheLimit_fails() {
        answerChunked(new byte[MAX + 1]);

        assertTooLarge();
    }

    @Test
    void fetch_ofAnEndlessBody_endsAtTheLimit() throws Exception {
        server.answers(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(new byte[MAX]);
            server.drip(exchange);
        });

        assertTooLarge();

        assertThat(server.wasDropped()).isTrue();
    }

    @Test
    void fetch_ofAChunkedBody_isWhole() throws IOException {
        answerChunked(BUNDLE);

        assertThat(source("/").fetch().content()).isEqualTo(Bytes.of(BUNDLE));
    }

    @Test
    void fetch_ofFewerBytesThanAnnounced_fails() {
        server.answers(exchange -> {
            exchange.getResponseHeaders().set("ETag", "\"v7\"");
            exchange.sendResponseHeaders(200, BUNDLE.length + 1);
            exchange.getResponseBody().write(BUNDLE);
            exchange.getResponseBody().flush();
            exchange.close();
        });

        assertThatThrownBy(() -> source("/").fetch()).isInstanceOf(IOException.class);
    }

    @Test
    void fetch_ofADrippingBody_endsInTimeAndDropsTheConnection() throws Exception {
        server.answers(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            server.drip(exchange);
        });
        WebSource source = new WebSource(
                server.url("/"),
                SourceSettings.upTo(1 << 30).withTimeouts(Duration.ofSeconds(5), Duration.ofMillis(300)));

        assertThatThrownBy(source::fetch).isInstanceOf(HttpTimeoutException.class);

        assertThat(server.wasDropped()).isTrue();
    }

    @Test
    void fetch_ofAServerThatSaysNothing_endsInTime() {
        server.answers(exchange -> server.keepSilent());
        WebSource source = new WebSource(
                server.url("/"), SourceSettings.upTo(MAX).withTimeouts(Duration.ofSeconds(5), Duration.ofMillis(300)));

        assertThatThrownBy(source::fetch).isInstanceOf(HttpTimeoutException.class);
    }

    @Test
    void fetch_whenInterrupted_endsAtOnce() throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        server.answers(exchange -> {
            reached.countDown();
            server.keepSilent();
        });
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        Thread fetching = new Thread(() -> {
            try {
                outcome.complete(new AssertionError(source("/").fetch()));
            } catch (IOException e) {
                outcome.complete(e);
            }
        });
        fetching.start();
        reached.await();

        fetching.interrupt();

        assertThat(outcome.get()).isInstanceOf(InterruptedIOException.class);
    }

    @Test
    void fetch_whereNobodyListens_fails() {
        WebSource source = new WebSource(server.url("/"), SourceSettings.upTo(MAX));
        server.close();

        assertThatThrownBy(source::fetch).isInstanceOf(IOException.class);
    }

    @Test
    void fetch_afterClose_fails() throws IOException {
        server.answers(200, BUNDLE);
        WebSource source = new WebSource(server.url("/"), SourceSettings.upTo(MAX));
        source.fetch();

        source.close();

        assertThatThrownBy(source::fetch).isInstanceOf(IOException.class).hasMessage("closed");
        assertThat(server.asked()).hasSize(1);
    }

    @Test
    void fetch_asksCachesToAskTheServer() throws IOException {
        CompletableFuture<String> asked = new CompletableFuture<>();
        server.answers(exchange -> {
            asked.complete(exchange.getRequestHeaders().getFirst("Cache-Control"));
            answer(exchange, BUNDLE);
        });

        source("/").fetch();

        assertThat(asked).isCompletedWithValue("no-cache");
    }

    @Test
    void fetch_asksForNoEncoding() throws IOException {
        CompletableFuture<String> accepted = new CompletableFuture<>();
        server.answers(exchange -> {
            accepted.complete(exchange.getRequestHeaders().getFirst("Accept-Encoding"));
            answer(exchange, BUNDLE);
        });

        source("/").fetch();

        assertThat(accepted).isCompletedWithValue("identity");
    }

    @Test
    void fetch_ofACompressedBody_fails() throws IOException {
        server.answers(200, bomb(), "Content-Encoding", "gzip");

        assertThatThrownBy(() -> source("/").fetch())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("encoded as \"gzip\"");
    }

    @Test
    void fetch_ofACompressedBodyThatIsNotCalledSo_isTheBytesAsTheyCame() throws IOException {
        byte[] bomb = bomb();
        server.answers(200, bomb);

        assertThat(source("/").fetch().content()).isEqualTo(Bytes.of(bomb));
    }

    @Test
    void describe_hidesTheQuery() {
        assertThat(source("/bundle.json?signature=secret").describe())
                .startsWith("http://127.0.0.1:")
                .endsWith("/bundle.json?...")
                .doesNotContain("secret");
    }

    private void assertTooLarge() {
        assertThatThrownBy(() -> source("/").fetch())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("larger than " + MAX + " bytes");
    }

    /** A few bytes that unpack to far more than the limit. */
    private static byte[] bomb() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(new byte[100 * MAX]);
        }
        assertThat(packed.size()).isLessThan(MAX);
        return packed.toByteArray();
    }

    private void answerChunked(byte[] body) {
        server.answers(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    private void answerUnlessSeen(String tag) {
        server.answers(exchange -> {
            exchange.getResponseHeaders().set("ETag", tag);
            if (tag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
                LoopbackServer.status(exchange, 304);
            } else {
                answer(exchange, BUNDLE);
            }
        });
    }

    private static void answer(HttpExchange exchange, byte[] body) throws IOException {
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private WebSource source(String path) {
        return new WebSource(server.url(path), SourceSettings.upTo(MAX));
    }
}
