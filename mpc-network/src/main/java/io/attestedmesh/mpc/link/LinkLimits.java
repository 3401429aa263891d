package io.attestedmesh.mpc.link;

import java.time.Duration;

/**
 * What sending may cost, and how long it is tried.
 *
 * @param queueMessages of one session to one party that wait or are under way
 * @param queueBytes of these
 * @param partyBytes of all sessions to one party
 * @param windowMessages under way to one party: sent, and not answered
 * @param windowBytes of these
 * @param giveUp after which a message that was not accepted fails
 */
public record LinkLimits(
        int queueMessages, long queueBytes, long partyBytes, int windowMessages, long windowBytes, Duration giveUp) {
    private static final int MIB = 1 << 20;

    /** 1024 messages or 128 MiB a session and party, 512 MiB a party; five minutes. */
    public static final LinkLimits DEFAULT =
            new LinkLimits(1024, 128 * MIB, 512 * MIB, 4096, 8 * MIB, Duration.ofMinutes(5));

    /** Nothing may be zero or negative: no limit is not a limit. */
    public LinkLimits {
        if (Math.min(Math.min(queueMessages, windowMessages), Math.min(Math.min(queueBytes, partyBytes), windowBytes))
                        <= 0
                || giveUp.toMillis() <= 0) {
            throw new IllegalArgumentException("a limit of a link that is not positive");
        }
    }

    public LinkLimits withGiveUp(Duration after) {
        return new LinkLimits(queueMessages, queueBytes, partyBytes, windowMessages, windowBytes, after);
    }

    public LinkLimits withQueue(int messages, long bytes) {
        return new LinkLimits(messages, bytes, partyBytes, windowMessages, windowBytes, giveUp);
    }
}
