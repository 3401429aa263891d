package io.attestedmesh.releases.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.releases.source.Validator.Kind;
import java.net.http.HttpHeaders;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValidatorTest {
    private static final String HERE = "https://releases.example/bundle.json";
    private static final String CHANGED = "Fri, 20 Nov 2026 10:00:00 GMT";

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "\"v7\"", "W/\"v7\"", "\"!#~\\\""})
    void entityTag_ofRfc9110_isItself(String tag) {
        assertThat(Validator.entityTag(HERE, tag)).contains(new Validator(Kind.ETAG, HERE, tag));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "v7",
                "\"v7",
                "v7\"",
                "\"v\"7\"",
                "\"v 7\"",
                "\"v7\"\r\nX: y",
                "w/\"v7\"",
                "\"v7\", \"v8\"",
                "*"
            })
    void entityTag_ofAnythingElse_isNone(String tag) {
        assertThat(Validator.entityTag(HERE, tag)).isEmpty();
    }

    @Test
    void entityTag_thatIsLong_isNone() {
        assertThat(Validator.entityTag(HERE, '"' + "v".repeat(256) + '"')).isPresent();
        assertThat(Validator.entityTag(HERE, '"' + "v".repeat(257) + '"')).isEmpty();
    }

    @Property
    void entityTag_ofAnyText_canBeSentBack(@ForAll String tag) {
        assertThat(Validator.entityTag(HERE, '"' + tag + '"')
                        .map(Validator::value)
                        .orElse("none"))
                .matches("[!-~]+");
    }

    @Test
    void of_headersWithBoth_isTheETag() {
        assertThat(Validator.of(
                        HERE,
                        headers("ETag", "\"v7\"", "Last-Modified", CHANGED, "Date", "Fri, 20 Nov 2026 11:00:00 GMT")))
                .map(Validator::kind)
                .contains(Kind.ETAG);
    }

    @Test
    void of_headersWithAWrongETag_isNotTheDate() {
        assertThat(Validator.of(
                        HERE, headers("ETag", "v7", "Last-Modified", CHANGED, "Date", "Fri, 20 Nov 2026 11:00:00 GMT")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'Fri, 20 Nov 2026 09:00:00 GMT', false",
        "'Fri, 20 Nov 2026 10:00:00 GMT', false",
        "'Fri, 20 Nov 2026 10:00:01 GMT', false",
        "'Fri, 20 Nov 2026 10:00:02 GMT', true",
        "'Sat, 21 Nov 2026 10:00:00 GMT', true",
        "tomorrow, false",
    })
    void of_aDate_countsOnceNoOtherChangeCanHaveIt(String sent, boolean counts) {
        assertThat(Validator.of(HERE, headers("Last-Modified", CHANGED, "Date", sent))
                        .isPresent())
                .isEqualTo(counts);
    }

    @Test
    void of_aDateWithoutTheServersOwn_isNone() {
        assertThat(Validator.of(HERE, headers("Last-Modified", CHANGED))).isEmpty();
    }

    @Test
    void of_noHeaders_isNone() {
        assertThat(Validator.of(HERE, headers())).isEmpty();
    }

    private static HttpHeaders headers(String... namesAndValues) {
        Map<String, List<String>> map = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put(namesAndValues[i], List.of(namesAndValues[i + 1]));
        }
        return HttpHeaders.of(map, (name, value) -> true);
    }
}
