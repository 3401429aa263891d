package io.attestedmesh.releases.audit;

import java.time.Duration;

/**
 * What an audit calls soon, old and long.
 *
 * @param horizon expiries within it are announced
 * @param listLife longest life of a list, from its issue to its expiry
 * @param rootAge age at which the keys of a root should be looked at again
 * @param checkpointAge age at which a checkpoint no longer shows much
 * @param deprecation how long a release may stay deprecated
 */
public record AuditLimits(
        Duration horizon, Duration listLife, Duration rootAge, Duration checkpointAge, Duration deprecation) {
    public static final AuditLimits DEFAULT = new AuditLimits(
            Duration.ofDays(30), Duration.ofDays(366), Duration.ofDays(731), Duration.ofDays(30), Duration.ofDays(90));

    public AuditLimits withHorizon(Duration newHorizon) {
        return new AuditLimits(newHorizon, listLife, rootAge, checkpointAge, deprecation);
    }
}
