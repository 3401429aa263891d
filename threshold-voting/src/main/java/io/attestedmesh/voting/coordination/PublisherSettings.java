package io.attestedmesh.voting.coordination;

import java.time.Duration;

/**
 * Bounds and times of a publisher.
 *
 * @param window compare-and-sets under way at a time
 * @param soonest after which a store that failed is tried again; doubles up to {@code latest}
 * @param poll after which the spool is looked at if nobody wakes the publisher
 * @param goodbye within which it closes
 */
public record PublisherSettings(int window, Duration soonest, Duration latest, Duration poll, Duration goodbye) {
    /** 64 at a time; again after a tenth of a second to five. */
    public static final PublisherSettings DEFAULT = new PublisherSettings(
            64, Duration.ofMillis(100), Duration.ofSeconds(5), Duration.ofMillis(100), Duration.ofSeconds(5));

    /** Nothing may be zero or negative. */
    public PublisherSettings {
        if (window < 1
                || Math.min(soonest.toMillis(), latest.toMillis()) < 1
                || Math.min(poll.toMillis(), goodbye.toMillis()) < 1) {
            throw new IllegalArgumentException("a setting of a publisher that is not positive");
        }
    }
}
