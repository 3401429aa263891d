package io.attestedmesh.cli.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimesTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00.9Z");

    @ParameterizedTest
    @CsvSource({"45s, PT45S", "90m, PT90M", "36h, PT36H", "30d, P30D", "2w, P14D"})
    void span_ofEachUnit_isRead(String typed, String span) throws Exception {
        assertThat(Times.span("--age", typed)).isEqualTo(Duration.parse(span));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0s", "-1d", "1", "d", "1y", "1.5h", " 1d", "9999999999s", "P1D"})
    void span_thatIsNone_isRefused(String typed) {
        assertThatExceptionOfType(CommandException.class)
                .isThrownBy(() -> Times.span("--age", typed))
                .satisfies(e -> assertThat(e.status()).isEqualTo(ExitStatus.USAGE));
    }

    @Test
    void until_neither_saysThatSpansAreTakenToo() {
        assertThatExceptionOfType(CommandException.class)
                .isThrownBy(() -> Times.until("--expires", "0d", NOW))
                .satisfies(e -> assertThat(e.hint()).contains("30d", "2026-01-31T12:00:00Z"));
    }

    @Test
    void until_span_isFromNowInWholeSeconds() throws Exception {
        assertThat(Times.until("--expires", "1d", NOW)).isEqualTo(Instant.parse("2026-11-21T10:00:00Z"));
    }

    @Test
    void until_longestSpan_isAnInstant() throws Exception {
        assertThat(Times.until("--expires", "999999999w", NOW)).isAfter(NOW);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-20",
                "2026-11-20T10:00:00",
                "1969-12-31T23:59:59Z",
                "+10000-01-01T00:00:00Z",
                "+1000000000-12-31T23:59:59.999999999Z"
            })
    void instant_thatIsNone_isRefused(String typed) {
        assertThatExceptionOfType(CommandException.class).isThrownBy(() -> Times.instant("--at", typed));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-22T10:00:01Z, in 2 days",
        "2026-11-21T10:00:01Z, in 1 day",
        "2026-11-20T11:00:01Z, in 1 hour",
        "2026-11-20T09:59:59Z, 1 second ago",
        "2026-11-18T10:00:00Z, 2 days ago"
    })
    void relative_isTheLargestUnit(Instant time, String words) {
        assertThat(Times.relative(time, NOW)).isEqualTo(words);
    }
}
