package io.attestedmesh.releases.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** Whatever part of an answer never ends, the fetch does, over HTTP and from S3 alike. */
@Timeout(60)
class DrippingAnswersTest {
    private static final SourceSettings SETTINGS =
            SourceSettings.upTo(1 << 30).withTimeouts(Duration.ofSeconds(5), Duration.ofMillis(500));

    @ParameterizedTest
    @CsvSource({
        "status line, 'HTTP/1.1 200 ', O",
        "status line of an error, 'HTTP/1.1 500 ', O",
        "name of a header, 'HTTP/1.1 200 OK~', X",
        "headers, 'HTTP/1.1 200 OK~', 'X-A: b~'",
        "size of a chunk, 'HTTP/1.1 200 OK~Transfer-Encoding: chunked~~', 0",
        "extension of a chunk, 'HTTP/1.1 200 OK~Transfer-Encoding: chunked~~6;', a",
        "chunks, 'HTTP/1.1 200 OK~Transfer-Encoding: chunked~~', '1~a~'",
        "content without length, 'HTTP/1.1 200 OK~~', a",
    })
    void fetch_ofAnAnswerThatNeverEnds_endsInTimeAndDropsTheConnection(String what, String beginning, String part)
            throws Exception {
        assertEnds(beginning, part, server -> new WebSource(server.url(), SETTINGS));
        assertEnds(beginning, part, DrippingAnswersTest::s3);
    }

    @Test
    void fetch_ofATrailerThatNeverEnds_isTheContentBeforeIt() throws Exception {
        String beginning = lines("HTTP/1.1 200 OK~Transfer-Encoding: chunked~~6~bundle~0~");
        try (DrippingServer server = DrippingServer.start(beginning, lines("X-A: b~"));
                DrippingServer bucket = DrippingServer.start(beginning, lines("X-A: b~"))) {
            assertThat(new WebSource(server.url(), SETTINGS).fetch().content())
                    .isEqualTo(ScriptedSource.bytes("bundle"));
            assertThat(s3(bucket).fetch().content()).isEqualTo(ScriptedSource.bytes("bundle"));
        }
    }

    @Test
    void fetch_ofInterimAnswersWithoutEnd_fails() throws Exception {
        String hint = lines("HTTP/1.1 103 Early Hints~~");
        try (DrippingServer server = DrippingServer.start(hint, hint);
                DrippingServer bucket = DrippingServer.start(hint, hint)) {
            assertThatThrownBy(new WebSource(server.url(), SETTINGS)::fetch).isInstanceOf(IOException.class);
            assertThatThrownBy(s3(bucket)::fetch).isInstanceOf(IOException.class);
        }
    }

    private interface Opening {
        ReleaseSource of(DrippingServer server);
    }

    private static void assertEnds(String beginning, String part, Opening opening) throws Exception {
        try (DrippingServer server = DrippingServer.start(lines(beginning), lines(part))) {
            ReleaseSource source = opening.of(server);
            long began = System.nanoTime();

            assertThatThrownBy(source::fetch).isInstanceOf(IOException.class);

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
            assertThat(server.wasDropped()).isTrue();
        }
    }

    private static String lines(String text) {
        return text.replace("~", "\r\n");
    }

    private static ReleaseSource s3(DrippingServer server) {
        S3Location location = S3Location.parse(
                "s3://acme/b?endpoint=" + URLEncoder.encode(server.url().toString(), UTF_8));
        StaticCredentialsProvider credentials =
                StaticCredentialsProvider.create(AwsBasicCredentials.create(BucketServer.KEY_ID, BucketServer.SECRET));
        return new S3Source(location, () -> S3Clients.of(location, SETTINGS, Optional.of(credentials)));
    }
}
