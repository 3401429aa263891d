package io.attestedmesh.releases.audit;

import java.time.Duration;
import java.util.Optional;

/**
 * What an audit calls soon, old and long.
 *
 * @param horizon expiries within it are announced; if empty, within 30 days, or for what lives less than 90 days in the
 *     last third of its life: lists that are renewed each month would otherwise always be about to end
 * @param listLife longest life of a list, from its issue to its expiry
 * @param rootAge age at which the keys of a root should be looked at again
 * @param checkpointAge age at which a checkpoint no longer shows much
 * @param deprecation how long a release may stay deprecated
 */
public record AuditLimits(
        Optional<Duration> horizon, Duration listLife, Duration rootAge, Duration checkpointAge, Duration deprecation) {
    public static final AuditLimits DEFAULT = new AuditLimits(
            Optional.empty(), Duration.ofDays(366), Duration.ofDays(731), Duration.ofDays(30), Duration.ofDays(90));

    private static final Duration USUAL_HORIZON = Duration.ofDays(30);

    public AuditLimits withHorizon(Duration newHorizon) {
        return new AuditLimits(Optional.of(newHorizon), listLife, rootAge, checkpointAge, deprecation);
    }

    /** For what does not say when it began. */
    Duration soon() {
        return horizon.orElse(USUAL_HORIZON);
    }

    Duration soon(Duration life) {
        Duration third = life.dividedBy(3);
        return horizon.orElse(third.compareTo(USUAL_HORIZON) < 0 ? third : USUAL_HORIZON);
    }
}
