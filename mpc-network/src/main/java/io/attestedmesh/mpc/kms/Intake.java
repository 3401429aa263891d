package io.attestedmesh.mpc.kms;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What each caller has coming in: so many calls that are being read, and so many bytes. Thread-safe. */
final class Intake {
    private final KmsLimits limits;
    private final Map<Object, Held> held = new ConcurrentHashMap<>();

    private record Held(int calls, long bytes) {
        Held plus(int moreCalls, long moreBytes) {
            return new Held(calls + moreCalls, bytes + moreBytes);
        }
    }

    Intake(KmsLimits limits) {
        this.limits = limits;
    }

    /** A place for one more call of this caller; empty if it has as many as it may. */
    Optional<Place> enter(Object caller) {
        return add(caller, 1, 0) ? Optional.of(new Place(caller)) : Optional.empty();
    }

    private boolean add(Object caller, int calls, long bytes) {
        boolean[] fits = new boolean[1];
        held.compute(caller, (key, before) -> {
            Held now = before == null ? new Held(calls, bytes) : before.plus(calls, bytes);
            fits[0] = now.calls <= limits.callsAtOnce() && now.bytes <= limits.bytesAtOnce();
            return fits[0] ? now : before;
        });
        return fits[0];
    }

    /** What one call holds. */
    final class Place {
        private final Object caller;
        private long bytes;
        private boolean left;

        private Place(Object caller) {
            this.caller = caller;
        }

        /** True if the caller may have so many bytes more; false, too, once it has left. */
        synchronized boolean take(long more) {
            if (left || !add(caller, 0, more)) {
                return false;
            }
            bytes += more;
            return true;
        }

        /** Gives back all of it. */
        synchronized void leave() {
            if (!left) {
                left = true;
                held.computeIfPresent(caller, (key, now) -> now.calls == 1 ? null : now.plus(-1, -bytes));
            }
        }
    }
}
