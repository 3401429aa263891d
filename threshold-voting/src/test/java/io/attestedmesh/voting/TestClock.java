package io.attestedmesh.voting;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/** Stands still where a test has set it; before that it goes as the system's. */
public final class TestClock extends Clock {
    private volatile Optional<Instant> set = Optional.empty();

    /** One that is set. */
    public static TestClock at(Instant now) {
        TestClock clock = new TestClock();
        clock.set(now);
        return clock;
    }

    public void set(Instant now) {
        set = Optional.of(now);
    }

    public void advance(Duration time) {
        set(instant().plus(time));
    }

    @Override
    public Instant instant() {
        return set.orElseGet(Instant::now);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
