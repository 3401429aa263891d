package io.attestedmesh.voting.ledger;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.function.Supplier;

/** Counts what one node's writer does. */
final class LedgerMeters {
    private final Counter rows;
    private final Counter failures;

    /** One gauge for each state, of which one is 1. */
    LedgerMeters(MeterRegistry registry, String node, Supplier<LedgerState> state) {
        rows = registry.counter("amesh.voting.ledger.rows", "node", node);
        failures = registry.counter("amesh.voting.ledger.failures", "node", node);
        for (LedgerState each : LedgerState.values()) {
            Gauge unused = Gauge.builder("amesh.voting.ledger.state", () -> state.get() == each ? 1 : 0)
                    .tag("node", node)
                    .tag("state", each.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
    }

    void wrote(int count) {
        rows.increment(count);
    }

    void failed() {
        failures.increment();
    }
}
