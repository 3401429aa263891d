package io.attestedmesh.releases.audit;

import java.time.Duration;
import java.time.Instant;

/** Times as an auditor reads them: the instant, and how far off it is. */
final class Moments {
    private Moments() {}

    /** As {@code 2026-11-20T10:00:00Z (in 12 days)}. */
    static String words(Instant time, Instant now) {
        Duration off = Duration.between(now, time);
        String distance = off.isNegative() ? words(off.negated()) + " ago" : "in " + words(off);
        return time + " (" + distance + ")";
    }

    /** In days, hours, minutes or seconds, rounded down. */
    static String words(Duration span) {
        if (span.toDays() >= 2) {
            return span.toDays() + " days";
        }
        if (span.toHours() >= 2) {
            return span.toHours() + " hours";
        }
        return span.toMinutes() >= 2 ? span.toMinutes() + " minutes" : span.toSeconds() + " seconds";
    }
}
