package io.attestedmesh.mpc.canary;

import java.time.Duration;

/**
 * What is run. All parties of a context have to have the same plan.
 *
 * @param every from the beginning of one run to that of the next; runs begin at multiples of it since 1970
 * @param sessions at once, in each context
 * @param rounds of each session, from all to all
 * @param messageBytes of each message
 * @param roundTime how long a round waits for the slowest party
 */
public record CanaryPlan(Duration every, int sessions, int rounds, int messageBytes, Duration roundTime) {
    public static final Duration SHORTEST = Duration.ofSeconds(1);
    public static final Duration LONGEST = Duration.ofDays(1);
    public static final int MOST_SESSIONS = 1000;
    public static final int MOST_ROUNDS = 1_000_000;
    /** Party, session and round. */
    public static final int SMALLEST_MESSAGE = 28;

    public static final int LARGEST_MESSAGE = 1 << 20;

    private static final long MOST_AT_ONCE = 64 << 20;
    /** Their ids are remembered for a day, with those of others, and a million in all. */
    private static final long MOST_A_DAY = 200_000;

    /** One session of ten rounds of 1 KiB every minute, and 10 s for a round. */
    public static final CanaryPlan DEFAULT = new CanaryPlan(Duration.ofMinutes(1), 1, 10, 1024, Duration.ofSeconds(10));

    public CanaryPlan {
        require(every.compareTo(SHORTEST) >= 0 && every.compareTo(LONGEST) <= 0, "every is 1 s to 1 day");
        require(sessions >= 1 && sessions <= MOST_SESSIONS, "sessions are 1 to " + MOST_SESSIONS);
        require(rounds >= 1 && rounds <= MOST_ROUNDS, "rounds are 1 to " + MOST_ROUNDS);
        require(
                messageBytes >= SMALLEST_MESSAGE && messageBytes <= LARGEST_MESSAGE,
                "a message has " + SMALLEST_MESSAGE + " to " + LARGEST_MESSAGE + " bytes");
        require((long) sessions * messageBytes <= MOST_AT_ONCE, "sessions times bytes are more than 64 MiB");
        require(
                sessions * (Duration.ofDays(1).toMillis() / every.toMillis()) <= MOST_A_DAY,
                "sessions are more than " + MOST_A_DAY + " a day");
        require(
                !roundTime.isNegative() && !roundTime.isZero() && roundTime.compareTo(every) <= 0,
                "a round has some time, and not more than there is from one run to the next");
    }

    private static void require(boolean fits, String otherwise) {
        if (!fits) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
