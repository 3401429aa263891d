package io.attestedmesh.mpc.session;

import java.time.Duration;
import java.util.Optional;

/**
 * How long a session waits, and what it belongs to.
 *
 * @param roundTime for the messages of one round, unless a call says otherwise
 * @param lifetime for the session as a whole, after which it fails
 * @param trace what this party does in the session in a distributed trace, which its messages tell the others
 */
public record SessionOptions(Duration roundTime, Duration lifetime, Optional<TraceContext> trace) {
    /** A minute a round, an hour in all. */
    public static final SessionOptions DEFAULT = new SessionOptions(Duration.ofMinutes(1), Duration.ofHours(1));

    public SessionOptions {
        if (roundTime.isNegative() || roundTime.isZero() || lifetime.isNegative() || lifetime.isZero()) {
            throw new IllegalArgumentException("a session without time");
        }
    }

    /** Of no trace. */
    public SessionOptions(Duration roundTime, Duration lifetime) {
        this(roundTime, lifetime, Optional.empty());
    }

    /** The same, as part of a trace. */
    public SessionOptions within(TraceContext ofTrace) {
        return new SessionOptions(roundTime, lifetime, Optional.of(ofTrace));
    }
}
