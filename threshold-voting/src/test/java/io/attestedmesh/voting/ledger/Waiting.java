package io.attestedmesh.voting.ledger;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what another thread does, within a bound that no test should reach. */
final class Waiting {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final Duration STEP = Duration.ofMillis(2);

    private Waiting() {}

    static void until(BooleanSupplier condition, Supplier<Object> otherwise) {
        long end = System.nanoTime() + BOUND.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited too long: " + otherwise.get());
            }
            LockSupport.parkNanos(STEP.toNanos());
        }
    }

    static void until(LedgerWriter writer, LedgerState state) {
        until(() -> writer.status().state() == state, writer::status);
    }

    /** Until nothing waits any more, and the ledger answered. */
    static void untilWritten(LedgerWriter writer) {
        until(
                () -> writer.status().state() == LedgerState.WRITING
                        && writer.status().waiting() == 0,
                writer::status);
    }
}
