package io.attestedmesh.mpc.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How long to wait between attempts. */
class BackoffTest {
    private static Duration after(Backoff backoff, int attempts) {
        for (int i = 0; i < attempts; i++) {
            backoff.next();
        }
        return backoff.next();
    }

    @Test
    void waits_areHalfToAllOfAHundredMillisecondsTimesPowersOfElevenTenths() {
        Backoff backoff = new Backoff(new Random(1));
        for (int attempt = 0; attempt < 200; attempt++) {
            double most = Math.min(100 * Math.pow(1.1, attempt), 60_000);
            double wait = backoff.next().toNanos() / 1e6;
            assertThat(wait).isBetween(most / 2 - 0.001, most + 0.001);
        }
    }

    @Test
    void leastLuck_isTheWholeWait() {
        assertThat(new Backoff(() -> -1L).next().toNanos()).isBetween(99_999_999L, 100_000_000L);
    }

    @Test
    void mostLuck_isHalfOfIt() {
        assertThat(new Backoff(() -> 0L).next()).isEqualTo(Duration.ofMillis(50));
    }

    @Test
    void longestWait_isAMinute() {
        assertThat(after(new Backoff(() -> -1L), 1000)).isBetween(Duration.ofMillis(59_999), Duration.ofMinutes(1));
    }

    @Test
    void reset_beginsAnew() {
        Backoff backoff = new Backoff(() -> 0L);
        after(backoff, 50);
        backoff.reset();

        assertThat(backoff.next()).isEqualTo(Duration.ofMillis(50));
    }
}
