package io.attestedmesh.enclave.parent;

import java.time.Clock;

/** How many lines a second may be written: unused ones are saved up for a burst of ten seconds' worth. */
final class LineBudget {
    private static final int BURST_SECONDS = 10;
    private static final long MILLIS = 1000;

    private final Clock clock;
    private final int linesPerSecond;
    private long credit;
    private long paidUntil;

    LineBudget(int linesPerSecond, Clock clock) {
        this.clock = clock;
        this.linesPerSecond = linesPerSecond;
        this.credit = most();
        this.paidUntil = clock.millis();
    }

    /** Thousandths of lines. */
    private long most() {
        return linesPerSecond * MILLIS * BURST_SECONDS;
    }

    /** Whether another line may be written. A clock that is put back pays nothing. */
    synchronized boolean spend() {
        long now = clock.millis();
        long elapsed = Math.min(Math.max(0, now - paidUntil), BURST_SECONDS * MILLIS);
        credit = Math.min(most(), credit + elapsed * linesPerSecond);
        paidUntil = now;
        if (credit < MILLIS) {
            return false;
        }
        credit -= MILLIS;
        return true;
    }
}
