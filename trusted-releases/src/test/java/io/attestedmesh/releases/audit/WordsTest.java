package io.attestedmesh.releases.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers, enumerations and times in sentences. */
class WordsTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");

    @ParameterizedTest
    @CsvSource({"0,0 keys", "1,1 key", "2,2 keys"})
    void number_hasItsNoun(long number, String words) {
        assertThat(Words.count(number, "key")).isEqualTo(words);
    }

    @Test
    void fiveNames_areAllShown() {
        assertThat(Words.list(List.of("a", "b", "c", "d", "e"))).isEqualTo("a, b, c, d, e");
    }

    @Test
    void sixNames_areFiveAndOneMore() {
        assertThat(Words.list(List.of("a", "b", "c", "d", "e", "f"))).isEqualTo("a, b, c, d, e and 1 more");
    }

    @Test
    void noName_isNothing() {
        assertThat(Words.list(List.of())).isEmpty();
    }

    @Test
    void digest_isCut() {
        assertThat(Words.digest(Bytes.of(new byte[48]))).isEqualTo("0000000000000000...");
    }

    @Test
    void shortDigest_isWhole() {
        assertThat(Words.digest(Bytes.of(new byte[8]))).isEqualTo("0000000000000000");
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S,in 0 seconds",
        "PT119S,in 119 seconds",
        "PT2M,in 2 minutes",
        "PT119M,in 119 minutes",
        "PT2H,in 2 hours",
        "PT47H59M,in 47 hours",
        "PT48H,in 2 days",
        "PT-1S,1 seconds ago",
        "PT-72H,3 days ago"
    })
    void time_hasItsDistance(Duration off, String words) {
        Instant time = NOW.plus(off);
        assertThat(Moments.words(time, NOW)).isEqualTo(time + " (" + words + ")");
    }
}
