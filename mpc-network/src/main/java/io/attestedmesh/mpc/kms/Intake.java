package io.attestedmesh.mpc.kms;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How many calls of each caller are being read: each may bring a message of full size. Thread-safe. */
final class Intake {
    private final int most;
    private final Map<Object, Integer> reading = new ConcurrentHashMap<>();

    Intake(int most) {
        this.most = most;
    }

    /** True if this caller may have one more, which it must {@link #leave}. */
    boolean enter(Object caller) {
        boolean[] entered = new boolean[1];
        reading.compute(caller, (key, before) -> {
            int now = before == null ? 0 : before;
            entered[0] = now < most;
            return entered[0] ? now + 1 : before;
        });
        return entered[0];
    }

    void leave(Object caller) {
        reading.computeIfPresent(caller, (key, now) -> now == 1 ? null : now - 1);
    }
}
