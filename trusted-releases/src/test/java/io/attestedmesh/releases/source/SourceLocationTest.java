package io.attestedmesh.releases.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourceLocationTest {
    private static final SourceSettings SETTINGS = SourceSettings.upTo(1000);

    @ParameterizedTest
    @CsvSource({
        "bundle.json, file, bundle.json",
        "releases/, file, releases/bundle.json",
        "/etc/amesh/bundle.json, file, /etc/amesh/bundle.json",
        "./a:b, file, ./a:b",
        "https://releases.example/bundle.json, https, https://releases.example/bundle.json",
        "HTTPS://releases.example:8443/, https, HTTPS://releases.example:8443/",
        "https://releases.example/b?token=secret, https, https://releases.example/b?...",
        "http://127.0.0.1:8080/b, https, http://127.0.0.1:8080/b",
        "http://127.9.8.7/b, https, http://127.9.8.7/b",
        "http://localhost/b, https, http://localhost/b",
        "http://[::1]:80/b, https, http://[::1]:80/b",
        "classpath:releases/bundle.json, classpath, classpath:releases/bundle.json",
        "s3://acme-releases/kms/bundle.json, s3, s3://acme-releases/kms/bundle.json",
        "s3://acme-releases/b?region=eu-west-1, s3, s3://acme-releases/b",
    })
    void parse_ofALocation_isItsSource(String text, String kind, String described) {
        SourceLocation location = SourceLocation.parse(text);

        assertThat(location.kind()).isEqualTo(kind);
        try (ReleaseSource source = location.open(SETTINGS)) {
            assertThat(source.describe()).isEqualTo(described);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', an empty location",
        "'  ', an empty location",
        "ftp://releases.example/b, not from ftp:",
        "file:///etc/bundle.json, not from file:",
        "gs://bucket/key, not from gs:",
        "a\u0000b, no path",
        "http://releases.example/b, use https",
        "http://128.0.0.1/b, use https",
        "http://127.0.0.1.example/b, use https",
        "http://localhost.example/b, use https",
        "http://0/b, use https",
        "http://[::]/b, use https",
        "https:///b, names no host",
        "https:bundle.json, names no host",
        "https://under_score/b, names no host",
        "https://user:secret@releases.example/b, no user or password",
        "https://releases.example/b#part, no #fragment",
        "https://releases.example/a b, is no URL",
        "classpath:, followed by a name",
        "classpath:/b, followed by a name",
        "s3://bucket, not like s3://bucket/key",
        "s3://bucket/, not like s3://bucket/key",
        "s3:bucket/key, not like s3://bucket/key",
        "s3:///key, no name of an S3 bucket",
        "s3://Bucket/key, no name of an S3 bucket",
        "s3://ab/key, no name of an S3 bucket",
        "s3://bucket/folder/, no key",
        "s3://bucket/key?, stand region= and endpoint=",
        "s3://bucket/key?versionId=3, stand region= and endpoint=",
        "s3://bucket/key?region, stand region= and endpoint=",
        "s3://bucket/key?region=, no name of a region",
        "s3://bucket/key?region=EU, no name of a region",
        "s3://bucket/key?region=a.example/, no name of a region",
        "s3://bucket/key?region=eu-west-1&region=eu-west-2, two regions",
        "s3://bucket/key?endpoint=s3.example, no host",
        "s3://bucket/key?endpoint=http://s3.example, use https",
        "s3://bucket/key?endpoint=https://s3.example?x, has a query",
        "s3://bucket/key?endpoint=:, is no URL",
        "s3://bucket/key?endpoint=%, ''",
    })
    void parse_ofNoLocation_saysWhy(String text, String why) {
        assertThatThrownBy(() -> SourceLocation.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("secret");
    }

    @Test
    void parse_ofAnS3Location_readsItsOptions() {
        assertThat(SourceLocation.parse("s3://bucket/a%20b?endpoint=http%3A%2F%2F127.0.0.1%3A9000&region=eu-central-1"))
                .isEqualTo(new S3Location(
                        "bucket",
                        "a%20b",
                        Optional.of("eu-central-1"),
                        Optional.of(URI.create("http://127.0.0.1:9000"))));
    }

    @Test
    void parse_ofALongKey_isRefused() {
        assertThatThrownBy(() -> SourceLocation.parse("s3://bucket/" + "k".repeat(1025)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bundle.json", "releases/"})
    void open_ofAFile_canBeWatched(String text) {
        assertThat(SourceLocation.parse(text).open(SETTINGS).watched())
                .map(Path::getFileName)
                .contains(Path.of("bundle.json"));
    }

    @Property
    void parse_ofAnyText_isALocationOrSaysWhy(@ForAll String text) {
        try {
            assertThat(SourceLocation.parse(text).kind()).isIn("file", "https", "s3", "classpath");
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).matches("[ -~]+");
        }
    }

    @Property
    void redirected_outOfTls_neverHappens(@ForAll("targets") String target) {
        URI from = URI.create("https://releases.example/latest");
        Optional<URI> to;
        try {
            to = Optional.of(WebAddress.redirected(from, target));
        } catch (IllegalArgumentException notThere) {
            to = Optional.empty();
        }

        assertThat(to.map(URI::getScheme))
                .satisfiesAnyOf(
                        scheme -> assertThat(scheme).isEmpty(),
                        scheme -> assertThat(scheme).get().asString().isEqualToIgnoringCase("https"));
    }

    @Provide
    Arbitrary<String> targets() {
        return Combinators.combine(
                        Arbitraries.of(
                                "", "http:", "https:", "HTTP:", "HTTPS:", "ftp:", "file:", "jar:http:", " http:"),
                        Arbitraries.of("", "/", "//", "///", "\\\\"),
                        Arbitraries.of("", "127.0.0.1", "localhost", "[::1]", "a.example", "user@a.example", "%31"),
                        Arbitraries.strings().ofMaxLength(4))
                .as((scheme, slashes, host, rest) -> scheme + slashes + host + rest);
    }
}
