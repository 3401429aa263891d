package io.attestedmesh.voting.ledger;

import java.time.Duration;

/**
 * When a writer looks again.
 *
 * @param idle at its spool, if nobody wakes it
 * @param linger after it is woken, for what comes at the same time: one transaction of the database serves all of it; longer
 *     where less time has passed since the last one than that took
 * @param firstRetry after a failure; each further one waits twice as long
 * @param longestRetry and no longer than this
 * @param closing for so long it still writes when it is closed
 */
public record WriterPace(Duration idle, Duration linger, Duration firstRetry, Duration longestRetry, Duration closing) {
    /** Half a second; 5 ms; 0.2 s to 10 s; 5 s. */
    public static final WriterPace DEFAULT = new WriterPace(
            Duration.ofMillis(500),
            Duration.ofMillis(5),
            Duration.ofMillis(200),
            Duration.ofSeconds(10),
            Duration.ofSeconds(5));

    /** Nothing but the linger may be zero, and nothing negative. */
    public WriterPace {
        if (idle.toMillis() <= 0
                || linger.isNegative()
                || firstRetry.toMillis() <= 0
                || closing.toMillis() <= 0
                || longestRetry.compareTo(firstRetry) < 0) {
            throw new IllegalArgumentException("a pace that is not positive, or whose longest wait is not the longest");
        }
    }

    /**
     * How long to linger where the last transaction took so many nanoseconds more than have passed since: as long, so that under
     * load a slow one is of more rows.
     */
    Duration linger(long nanos) {
        Duration left = Duration.ofNanos(nanos);
        Duration bounded = left.compareTo(idle) < 0 ? left : idle;
        return bounded.compareTo(linger) > 0 ? bounded : linger;
    }

    /** How long to wait after so many failures in a row. */
    Duration retry(int failures) {
        int doublings = Math.min(failures - 1, 20);
        Duration wait = firstRetry.multipliedBy(1L << doublings);
        return wait.compareTo(longestRetry) < 0 ? wait : longestRetry;
    }
}
