package io.attestedmesh.mpc.session;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What one party has waiting here, in all sessions together. Thread-safe. */
final class Account {
    private final SessionLimits limits;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong parkedBytes = new AtomicLong();
    private final AtomicInteger parkedSessions = new AtomicInteger();

    Account(SessionLimits limits) {
        this.limits = limits;
    }

    /** True if there was room. */
    boolean take(long count) {
        return take(bytes, count, limits.peerBytes());
    }

    void give(long count) {
        bytes.addAndGet(-count);
    }

    /** True if there was room among what is parked, too. */
    boolean park(long count) {
        if (!take(count)) {
            return false;
        }
        if (!take(parkedBytes, count, limits.parkedBytes())) {
            give(count);
            return false;
        }
        return true;
    }

    /** They are parked no longer, but still here. */
    void unpark(long count) {
        parkedBytes.addAndGet(-count);
    }

    /** True if there was room for one more. */
    boolean parkSession() {
        if (parkedSessions.incrementAndGet() > limits.parkedSessions()) {
            parkedSessions.decrementAndGet();
            return false;
        }
        return true;
    }

    void unparkSession() {
        parkedSessions.decrementAndGet();
    }

    long bytes() {
        return bytes.get();
    }

    boolean isEmpty() {
        return bytes.get() == 0 && parkedSessions.get() == 0;
    }

    int parked() {
        return parkedSessions.get();
    }

    private static boolean take(AtomicLong total, long count, long limit) {
        if (total.addAndGet(count) > limit) {
            total.addAndGet(-count);
            return false;
        }
        return true;
    }
}
