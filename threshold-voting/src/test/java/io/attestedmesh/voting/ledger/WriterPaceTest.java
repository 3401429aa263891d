package io.attestedmesh.voting.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long a writer waits. */
final class WriterPaceTest {
    @ParameterizedTest
    @CsvSource({"1, 200", "2, 400", "6, 6400", "7, 10000", "1000000, 10000"})
    void retry_afterFailures_doublesUpToTheLongest(int failures, long millis) {
        assertThat(WriterPace.DEFAULT.retry(failures)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @CsvSource({"-3, 5", "0, 5", "4, 5", "6, 6", "499, 499", "9000, 500"})
    void linger_untilTheLastWriteIsAsLongAgoAsItTook_upToTheIdleWait(long left, long millis) {
        assertThat(WriterPace.DEFAULT.linger(Duration.ofMillis(left).toNanos())).isEqualTo(Duration.ofMillis(millis));
    }

    @Test
    void pace_whoseLongestIsShorter_isRefused() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new WriterPace(second, Duration.ZERO, second, second.minusMillis(1), second))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void negativeLinger_refused() {
        Duration second = Duration.ofSeconds(1);

        assertThatThrownBy(() -> new WriterPace(second, Duration.ofMillis(-1), second, second, second))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void pace_withoutAWait_isRefused() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new WriterPace(Duration.ZERO, Duration.ZERO, second, second, second))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
