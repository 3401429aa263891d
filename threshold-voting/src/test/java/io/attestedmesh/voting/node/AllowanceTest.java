package io.attestedmesh.voting.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.voting.TestClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class AllowanceTest {
    private final TestClock clock = TestClock.at(Instant.EPOCH);
    private final Allowance allowance = new Allowance(100, clock);

    @Test
    void twoSecondsOfWorkAtOnce_noWait() {
        assertThat(allowance.take(200)).isZero();
    }

    @Test
    void oneMoreThanThat_waitsForIt() {
        assertThat(allowance.take(201)).isEqualTo(Duration.ofMillis(10));
    }

    @Test
    void debts_addUp() {
        Duration first = allowance.take(300);

        assertThat(first).isEqualTo(Duration.ofSeconds(1));
        assertThat(allowance.take(100)).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void afterTheWait_noWait() {
        Duration wait = allowance.take(300);
        clock.advance(wait);

        assertThat(allowance.take(0)).isZero();
        assertThat(allowance.take(1)).isPositive();
    }

    @Test
    void longIdle_savesTwoSecondsOnly() {
        clock.advance(Duration.ofDays(1));

        assertThat(allowance.take(201)).isPositive();
    }

    @Test
    void clockGoesBack_givesNothing() {
        Duration unused = allowance.take(200);
        clock.set(clock.instant().minusSeconds(1000));

        assertThat(allowance.take(1)).isEqualTo(Duration.ofMillis(10));
    }
}
