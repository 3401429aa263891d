package io.attestedmesh.releases.trust;

import io.attestedmesh.releases.root.SignedRoot;
import java.time.Duration;
import java.util.Optional;

/**
 * What a client insists on, measured into its image or given by its operator.
 *
 * @param anchor the trust root that is trusted because it was given; newer ones are reached from it by rotation
 * @param minimumVersion lowest version of the list that is accepted whatever the state file says, at least 1
 * @param requireInclusion whether a list must be shown to be in the log that the trust root names
 * @param maxCheckpointAge age beyond which a checkpoint no longer shows freshness; if present, inclusion is required
 *     whatever {@code requireInclusion} says
 * @param clockSkew how far in the future a list may have been issued and a checkpoint signed
 */
public record Requirements(
        SignedRoot anchor,
        long minimumVersion,
        boolean requireInclusion,
        Optional<Duration> maxCheckpointAge,
        Duration clockSkew) {
    public static final Duration DEFAULT_CLOCK_SKEW = Duration.ofMinutes(5);

    private static final Duration CENTURY = Duration.ofDays(36_525);

    public Requirements {
        if (minimumVersion < 1) {
            throw new IllegalArgumentException("a lowest list version of " + minimumVersion);
        }
        if (maxCheckpointAge.isPresent() && !isUpToACentury(maxCheckpointAge.get())) {
            throw new IllegalArgumentException("a maximum checkpoint age of " + maxCheckpointAge.get());
        }
        if (!clockSkew.isZero() && !isUpToACentury(clockSkew)) {
            throw new IllegalArgumentException("a clock skew of " + clockSkew);
        }
    }

    private static boolean isUpToACentury(Duration duration) {
        return !duration.isNegative() && !duration.isZero() && duration.compareTo(CENTURY) <= 0;
    }

    /** Nothing but the trust root: any version, in a log or not. */
    public static Requirements of(SignedRoot anchor) {
        return new Requirements(anchor, 1, false, Optional.empty(), DEFAULT_CLOCK_SKEW);
    }

    public Requirements withMinimumVersion(long version) {
        return new Requirements(anchor, version, requireInclusion, maxCheckpointAge, clockSkew);
    }

    public Requirements requiringInclusion() {
        return new Requirements(anchor, minimumVersion, true, maxCheckpointAge, clockSkew);
    }

    public Requirements withMaxCheckpointAge(Duration age) {
        return new Requirements(anchor, minimumVersion, true, Optional.of(age), clockSkew);
    }

    boolean inclusionIsRequired() {
        return requireInclusion || maxCheckpointAge.isPresent();
    }
}
