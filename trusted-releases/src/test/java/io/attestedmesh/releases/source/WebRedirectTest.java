package io.attestedmesh.releases.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebRedirectTest {
    private static final byte[] BUNDLE = "bundle".getBytes(UTF_8);

    private LoopbackServer server;

    @BeforeEach
    void start() throws IOException {
        server = LoopbackServer.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void fetch_followsARedirect(int status) throws IOException {
        server.answers(exchange -> {
            if (exchange.getRequestURI().getPath().equals("/bundle.json")) {
                exchange.sendResponseHeaders(200, BUNDLE.length);
                exchange.getResponseBody().write(BUNDLE);
            } else {
                exchange.getResponseHeaders().set("Location", "bundle.json");
                exchange.sendResponseHeaders(status, -1);
            }
            exchange.close();
        });

        assertThat(source("/latest").fetch().content()).isEqualTo(Bytes.of(BUNDLE));
    }

    @ParameterizedTest
    @CsvSource({"3, true", "4, false"})
    void fetch_followsThreeRedirectsAndNoMore(int redirects, boolean arrives) {
        server.answers(exchange -> {
            int left = Integer.parseInt(exchange.getRequestURI().getPath().substring(1));
            if (left == 0) {
                exchange.sendResponseHeaders(200, BUNDLE.length);
                exchange.getResponseBody().write(BUNDLE);
            } else {
                exchange.getResponseHeaders().set("Location", "/" + (left - 1));
                exchange.sendResponseHeaders(302, -1);
            }
            exchange.close();
        });

        Optional<Bytes> found = content(source("/" + redirects));

        assertThat(found.isPresent()).isEqualTo(arrives);
        assertThat(server.asked()).hasSize(1 + Math.min(redirects, WebSource.MAX_REDIRECTS));
    }

    @Test
    @Timeout(60)
    void fetch_ofRedirectsThatTakeTheirTime_endsInTimeOverAllOfThem() {
        server.answers(exchange -> {
            server.lag(Duration.ofMillis(400));
            exchange.getResponseHeaders().set("Location", "/");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        WebSource source = new WebSource(
                server.url("/"), SourceSettings.upTo(1000).withTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(1)));

        assertThatThrownBy(source::fetch)
                .isInstanceOf(HttpTimeoutException.class)
                .hasMessage("no whole answer in time");
    }

    @Test
    void fetch_ofARedirectToItself_ends() {
        redirectTo("/");

        assertThatThrownBy(() -> source("/").fetch())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("more than 3 redirects");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://releases.example/bundle.json",
                "http://127.0.0.1.releases.example/bundle.json",
                "http://10.0.0.1/",
                "ftp://127.0.0.1/bundle.json",
                "file:///etc/passwd",
                "https://user:password@127.0.0.1/",
                "http:///bundle.json",
                "//releases.example/bundle.json",
                "jar:http://127.0.0.1/a.jar!/x",
                "https://releases.example/#part",
                "http://[::ffff:7f00:1]/",
                "ht tp://x"
            })
    void fetch_ofARedirectToWhereNobodyAsks_fails(String target) {
        redirectTo(target);

        assertThatThrownBy(() -> source("/").fetch())
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("redirected: ");
        assertThat(server.asked()).hasSize(1);
    }

    @Test
    void fetch_ofARedirectWithoutTarget_fails() {
        server.answers(302, new byte[0]);

        assertThatThrownBy(() -> source("/").fetch())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("without a Location");
    }

    @Test
    void fetch_ofARedirectToAnotherFileWithTheSameETag_isTheNewContent() throws IOException {
        answerBehind("/v7");
        ReleaseSource source = source("/latest");
        Optional<Validator> seen = source.fetch().validator();
        answerBehind("/v8");

        Optional<Fetched> found = source.fetch(seen);

        assertThat(found).map(Fetched::content).contains(Bytes.of("/v8".getBytes(UTF_8)));
    }

    @Test
    void fetch_ofARedirectToTheSameFile_isEmptyIfSeen() throws IOException {
        answerBehind("/v7");
        ReleaseSource source = source("/latest");
        Optional<Validator> seen = source.fetch().validator();

        assertThat(source.fetch(seen)).isEmpty();
    }

    @Test
    void redirected_outOfTls_isRefusedEvenToLoopback() {
        assertThatThrownBy(() -> WebAddress.redirected(
                        URI.create("https://127.0.0.1/"), "http://127.0.0.1/bundle.json?t=secret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("would leave TLS")
                .hasMessageNotContaining("secret");
    }

    /** {@code /latest} leads to {@code file}, whose ETag is always the same. */
    private void answerBehind(String file) {
        server.answers(exchange -> {
            if (exchange.getRequestURI().getPath().equals("/latest")) {
                exchange.getResponseHeaders().set("Location", file);
                exchange.sendResponseHeaders(302, -1);
            } else if ("\"1\"".equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
                exchange.sendResponseHeaders(304, -1);
            } else {
                exchange.getResponseHeaders().set("ETag", "\"1\"");
                exchange.sendResponseHeaders(200, file.length());
                exchange.getResponseBody().write(file.getBytes(UTF_8));
            }
            exchange.close();
        });
    }

    private void redirectTo(String target) {
        server.answers(302, new byte[0], "Location", target);
    }

    private static Optional<Bytes> content(ReleaseSource source) {
        try {
            return Optional.of(source.fetch().content());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private WebSource source(String path) {
        return new WebSource(server.url(path), SourceSettings.upTo(1000));
    }
}
