package io.attestedmesh.releases.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PaceTest {
    private static final Duration REFRESH = Duration.ofSeconds(30);

    @Property
    void afterAnswer_isBetweenHalfAndNineTenths(@ForAll long seed) {
        Duration wait = new Pace(REFRESH, new Random(seed)).afterAnswer(Duration.ZERO);

        assertThat(wait).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(27));
    }

    @Test
    void afterAnswer_differsFromNodeToNode() {
        Set<Duration> waits = new HashSet<>();
        for (int seed = 0; seed < 100; seed++) {
            waits.add(new Pace(REFRESH, new Random(seed)).afterAnswer(Duration.ZERO));
        }

        assertThat(waits).hasSizeGreaterThan(90);
    }

    @Property
    void afterAnswer_thatTookAWhile_keepsThePromise(
            @ForAll long seed, @ForAll @LongRange(min = 0, max = 3000) long took) {
        Duration look = Duration.ofMillis(took);

        Duration wait = new Pace(REFRESH, new Random(seed)).afterAnswer(look);

        // published just after the last fetch began, fetched by the next, which takes as long
        assertThat(wait.plus(look).plus(look)).isLessThanOrEqualTo(REFRESH);
    }

    @Property
    void afterAnswer_neverHurries(@ForAll long seed, @ForAll @LongRange(min = -100_000, max = 100_000) long took) {
        Duration wait = new Pace(REFRESH, new Random(seed)).afterAnswer(Duration.ofMillis(took));

        assertThat(wait).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(27));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 4", "4, 8", "5, 10", "6, 10", "33, 10", "2147483647, 10"})
    void afterFailures_doublesUpToTenTimes(int failures, int times) {
        Pace pace = new Pace(REFRESH, new Random(1));
        Duration longest = Duration.ZERO;
        Duration shortest = REFRESH.multipliedBy(100);
        for (int i = 0; i < 10_000; i++) {
            Duration wait = pace.afterFailures(failures);
            longest = wait.compareTo(longest) > 0 ? wait : longest;
            shortest = wait.compareTo(shortest) < 0 ? wait : shortest;
        }

        Duration whole = REFRESH.multipliedBy(times);
        assertThat(shortest)
                .isBetween(
                        whole.multipliedBy(50).dividedBy(100),
                        whole.multipliedBy(51).dividedBy(100));
        assertThat(longest)
                .isBetween(
                        whole.multipliedBy(89).dividedBy(100),
                        whole.multipliedBy(90).dividedBy(100));
    }

    @Property
    void afterFailures_isNeverMoreThanTenTimes(
            @ForAll long seed,
            @ForAll @IntRange(min = 1) int failures,
            @ForAll @LongRange(min = 1, max = 86_400_000) long refresh) {
        Duration promised = Duration.ofMillis(refresh);

        Duration wait = new Pace(promised, new Random(seed)).afterFailures(failures);

        assertThat(wait).isPositive().isLessThan(promised.multipliedBy(Pace.MOST_TIMES));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT0.0009S", "P1DT0.001S"})
    void pace_ofNoTime_isRefused(String refresh) {
        assertThatThrownBy(() -> new Pace(Duration.parse(refresh), new Random(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
