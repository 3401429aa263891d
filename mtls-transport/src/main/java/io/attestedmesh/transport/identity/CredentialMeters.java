package io.attestedmesh.transport.identity;

import io.micrometer.core.instrument.Gauge;
import java.time.Duration;

/** Gauges that every credential source has. */
final class CredentialMeters {
    private CredentialMeters() {}

    static void register(CredentialSource source, Upkeep upkeep) {
        Gauge.builder(
                        "amesh.credential.remaining",
                        source,
                        s -> Duration.between(
                                        upkeep.clock().instant(), s.current().notAfter())
                                .toSeconds())
                .baseUnit("seconds")
                .description("life left of the certificate that new connections use")
                .register(upkeep.meters());
        Gauge.builder("amesh.credential.healthy", source, s -> s.healthy() ? 1 : 0)
                .description("0 once renewal or reloading failed three times in a row")
                .register(upkeep.meters());
    }
}
