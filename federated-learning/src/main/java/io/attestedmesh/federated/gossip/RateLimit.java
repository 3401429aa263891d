package io.attestedmesh.federated.gossip;

import java.time.Clock;

/** So many a second, and ten times as many at once. Thread-safe. */
final class RateLimit {
    private static final int SECONDS_SAVED = 10;

    private final double perMilli;
    private final double most;
    private final Clock clock;
    private double left;
    private long last;

    RateLimit(int perSecond, Clock clock) {
        this.perMilli = perSecond / 1000.0;
        this.most = (double) perSecond * SECONDS_SAVED;
        this.clock = clock;
        this.left = most;
        this.last = clock.millis();
    }

    synchronized boolean allows() {
        long now = clock.millis();
        left = Math.min(most, left + Math.max(0, now - last) * perMilli);
        last = now;
        if (left < 1) {
            return false;
        }
        left--;
        return true;
    }
}
