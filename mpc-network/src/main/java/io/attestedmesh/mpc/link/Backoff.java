package io.attestedmesh.mpc.link;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Waits between attempts: 100 ms, each 1.1 times the one before, 60 s at most, and of each a random half to all. */
public final class Backoff {
    private static final double FIRST_MILLIS = 100;
    private static final double GROWTH = 1.1;
    private static final double LONGEST_MILLIS = 60_000;

    private final RandomGenerator random;
    private double next = FIRST_MILLIS;

    /** Begins with the shortest wait. */
    public Backoff(RandomGenerator random) {
        this.random = random;
    }

    /** How long to wait now; the next wait will be longer. */
    public Duration next() {
        double wait = next * (0.5 + random.nextDouble() / 2);
        next = Math.min(next * GROWTH, LONGEST_MILLIS);
        return Duration.ofNanos((long) (wait * 1e6));
    }

    /** Something went well: begin anew. */
    public void reset() {
        next = FIRST_MILLIS;
    }
}
