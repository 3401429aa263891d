package io.attestedmesh.voting.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

final class AllowanceTest {
    /** Shows what the test sets. */
    private static final class SetClock extends Clock {
        private Instant now = Instant.EPOCH;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    private final SetClock clock = new SetClock();
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
        clock.now = clock.now.plus(wait);

        assertThat(allowance.take(0)).isZero();
        assertThat(allowance.take(1)).isPositive();
    }

    @Test
    void longIdle_savesTwoSecondsOnly() {
        clock.now = clock.now.plus(Duration.ofDays(1));

        assertThat(allowance.take(201)).isPositive();
    }

    @Test
    void clockGoesBack_givesNothing() {
        Duration unused = allowance.take(200);
        clock.now = clock.now.minusSeconds(1000);

        assertThat(allowance.take(1)).isEqualTo(Duration.ofMillis(10));
    }
}
