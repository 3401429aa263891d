package io.attestedmesh.mpc.session;

import java.time.Duration;

/**
 * How long a session waits.
 *
 * @param roundTime for the messages of one round, unless a call says otherwise
 * @param lifetime for the session as a whole, after which it fails
 */
public record SessionOptions(Duration roundTime, Duration lifetime) {
    /** A minute a round, an hour in all. */
    public static final SessionOptions DEFAULT = new SessionOptions(Duration.ofMinutes(1), Duration.ofHours(1));

    public SessionOptions {
        if (roundTime.isNegative() || roundTime.isZero() || lifetime.isNegative() || lifetime.isZero()) {
            throw new IllegalArgumentException("a session without time");
        }
    }
}
