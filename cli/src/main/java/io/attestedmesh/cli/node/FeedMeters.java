package io.attestedmesh.cli.node;

import io.attestedmesh.releases.source.FeedEvents;
import io.attestedmesh.releases.trust.TrustedReleases;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;

/** Counts what becomes of looks at the source of releases, and measures the list in force (docs/transport.md). */
final class FeedMeters implements FeedEvents {
    private static final String LOOKS = "amesh.releases.looks";

    private final MeterRegistry meters;

    FeedMeters(MeterRegistry meters, TrustedReleases releases, Clock clock) {
        this.meters = meters;
        meters.gauge(
                "amesh.releases.version",
                releases,
                all -> all.current().map(list -> (double) list.version()).orElse(0.0));
        meters.gauge(
                "amesh.releases.remaining",
                releases,
                all -> all.current()
                        .map(list -> (double)
                                Duration.between(clock.instant(), list.list().expiresAt())
                                        .toSeconds())
                        .orElse(0.0));
    }

    private void count(String result) {
        meters.counter(LOOKS, "result", result).increment();
    }

    @Override
    public void updated() {
        count("updated");
    }

    @Override
    public void unchanged() {
        count("unchanged");
    }

    @Override
    public void refused(String reason) {
        count("refused");
        meters.counter("amesh.releases.refusals", "reason", reason).increment();
    }

    @Override
    public void failed() {
        count("failed");
    }
}
