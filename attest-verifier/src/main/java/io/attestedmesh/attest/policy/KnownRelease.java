package io.attestedmesh.attest.policy;

import java.time.Instant;
import java.util.Objects;

/**
 * The release that registers were found to be of.
 *
 * @param name not blank; of results, logs and metrics
 * @param deprecated still accepted, and about to go: worth a warning
 * @param until the last instant at which the same answer would be given, {@link Instant#MAX} if it has no end
 */
public record KnownRelease(String name, boolean deprecated, Instant until) {
    public KnownRelease {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a release without a name");
        }
        Objects.requireNonNull(until);
    }

    /** A release that is accepted for as long as its list is in force, and whose list has no end. */
    public static KnownRelease withoutEnd(String name) {
        return new KnownRelease(name, false, Instant.MAX);
    }
}
