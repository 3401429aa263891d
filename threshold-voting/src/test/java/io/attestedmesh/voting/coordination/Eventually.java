package io.attestedmesh.voting.coordination;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for what has to become so, and fails if it does not. */
final class Eventually {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Eventually() {}

    static void holds(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("it is not so after " + PATIENCE);
            }
            Thread.sleep(10);
        }
    }
}
