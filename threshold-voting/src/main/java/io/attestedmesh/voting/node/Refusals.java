package io.attestedmesh.voting.node;

import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.attest.evidence.Reason;
import io.attestedmesh.transport.LineLimit;
import io.attestedmesh.voting.statement.RejectedStatementException;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Locale;

/** Counts what was refused, and logs so many lines of it a second. Thread-safe. */
final class Refusals {
    private static final System.Logger LOG = System.getLogger(Refusals.class.getName());

    private final MeterRegistry meters;
    private final Clock clock;
    private final LineLimit lines = new LineLimit();

    Refusals(MeterRegistry meters, Clock clock) {
        this.meters = meters;
        this.clock = clock;
    }

    void refused(String peer, RefusedMessageException why) {
        refused(peer, why.reason(), why.expected(), why.actual());
    }

    void refused(String peer, RejectedStatementException why) {
        refused(peer, why.reason(), why.expected(), why.actual());
    }

    private void refused(String peer, Reason reason, String expected, String actual) {
        meters.counter("amesh.voting.refused", "reason", reason.name().toLowerCase(Locale.ROOT))
                .increment();
        int left = lines.leftOutBefore(clock.instant());
        if (left >= 0) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    () -> "event=voting.refused peer=" + OneLine.of(peer) + " reason=" + reason.name()
                            + " expected=\"" + expected + "\" actual=\"" + actual + "\""
                            + (left > 0 ? " left-out=" + left : ""));
        }
    }
}
