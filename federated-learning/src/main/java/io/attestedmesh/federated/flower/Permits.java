package io.attestedmesh.federated.flower;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * How many large messages are under way at once, so that what they take of memory does not grow with the number of
 * clients. Nobody waits with a thread. Thread-safe.
 */
final class Permits {
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int free;

    Permits(int count) {
        this.free = count;
    }

    /** Runs {@code whenGranted} with a permit, now or later; on this thread or on one that releases. */
    void acquire(Runnable whenGranted) {
        synchronized (this) {
            if (free == 0) {
                waiting.add(whenGranted);
                return;
            }
            free--;
        }
        whenGranted.run();
    }

    /** Gives a permit back, to whoever has waited longest. */
    void release() {
        Runnable next;
        synchronized (this) {
            next = waiting.poll();
            if (next == null) {
                free++;
                return;
            }
        }
        next.run();
    }
}
