package io.attestedmesh.federated.server;

import io.attestedmesh.attest.evidence.Reason;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Locale;

/** Counts what rounds come to (docs/federated.md, "Metrics"). */
final class ServerMeters {
    private final MeterRegistry registry;

    ServerMeters(MeterRegistry registry, Participants participants) {
        this.registry = registry;
        registry.gauge(
                "amesh.federated.participants", participants, of -> of.all().size());
    }

    void round(RoundReport report) {
        registry.timer(
                        "amesh.federated.round",
                        "changed",
                        String.valueOf(report.unchanged().isEmpty()))
                .record(Duration.between(report.began(), report.ended()));
        registry.counter("amesh.federated.updates").increment(report.trained().size());
    }

    void rejected(Reason reason) {
        registry.counter("amesh.federated.rejections", "reason", reason.name().toLowerCase(Locale.ROOT))
                .increment();
    }

    void failed() {
        registry.counter("amesh.federated.failures").increment();
    }
}
