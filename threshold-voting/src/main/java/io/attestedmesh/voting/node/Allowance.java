package io.attestedmesh.voting.node;

import java.time.Clock;
import java.time.Duration;

/** So much work a second, and twice that at once: of one peer, over all its calls. Thread-safe. */
final class Allowance {
    private final double perMilli;
    private final double most;
    private final Clock clock;
    private double left;
    private long last;

    Allowance(int perSecond, Clock clock) {
        this.perMilli = perSecond / 1000.0;
        this.most = 2.0 * perSecond;
        this.clock = clock;
        this.left = most;
        this.last = clock.millis();
    }

    /** Takes so much, and says how long to wait before there may be more. */
    synchronized Duration take(int work) {
        long now = clock.millis();
        left = Math.min(most, left + Math.max(0, now - last) * perMilli) - work;
        last = now;
        return left >= 0 ? Duration.ZERO : Duration.ofMillis((long) Math.ceil(-left / perMilli));
    }
}
