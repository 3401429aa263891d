package io.attestedmesh.releases.source;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait between two looks. A wait is a random share of the time promised, so that nodes started together do
 * not ask together, and a tenth of the promise is left for the answer.
 */
final class Pace {
    static final double SHORTEST = 0.5;
    static final double LONGEST = 0.9;
    static final int MOST_TIMES = 10;

    private static final Duration MAX_REFRESH = Duration.ofDays(1);

    private final Duration refresh;
    private final RandomGenerator random;

    /** @throws IllegalArgumentException if {@code refresh} is not in [1 ms, 1 d] */
    Pace(Duration refresh, RandomGenerator random) {
        if (refresh.toMillis() < 1 || refresh.compareTo(MAX_REFRESH) > 0) {
            throw new IllegalArgumentException("a refresh of " + refresh + " is not in [1 ms, " + MAX_REFRESH + "]");
        }
        this.refresh = refresh;
        this.random = random;
    }

    /**
     * Until the look after one that got an answer, counted from its end.
     *
     * @param took how long that look took, which counts as waited: what was published just after its start is found in
     *     time too. A source that needs all the time is given a rest all the same.
     */
    Duration afterAnswer(Duration took) {
        Duration wait = share(refresh).minus(took.isNegative() ? Duration.ZERO : took);
        Duration rest = refresh.dividedBy(10);
        return wait.compareTo(rest) < 0 ? rest : wait;
    }

    /** Until the look after the {@code failures}-th failure in a row. */
    Duration afterFailures(int failures) {
        int times = failures > 4 ? MOST_TIMES : Math.min(MOST_TIMES, 1 << (failures - 1));
        return share(refresh.multipliedBy(times));
    }

    /** No wait is longer. */
    Duration longest() {
        return refresh.multipliedBy(MOST_TIMES);
    }

    private Duration share(Duration whole) {
        return Duration.ofNanos((long) (whole.toNanos() * random.nextDouble(SHORTEST, LONGEST)));
    }
}
