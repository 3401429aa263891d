package io.attestedmesh.mpc.link;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** So many messages and bytes at once; whoever wants more waits. Thread-safe. */
final class Budget {
    private final long mostMessages;
    private final long mostBytes;
    private long messages;
    private long bytes;
    private boolean closed;

    Budget(long mostMessages, long mostBytes) {
        this.mostMessages = mostMessages;
        this.mostBytes = mostBytes;
    }

    /**
     * Takes one message's part, and waits until it is there. The first message always fits, however large it is.
     *
     * @return false if it was not in time, or the budget was closed
     */
    boolean take(long size, Duration patience) throws InterruptedException {
        return take(size, patience, () -> true);
    }

    /** As {@link #take(long, Duration)}; false, too, if it is {@code wanted} no more when {@link #look} is called. */
    synchronized boolean take(long size, Duration patience, BooleanSupplier wanted) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (!closed
                && wanted.getAsBoolean()
                && messages > 0
                && (messages + 1 > mostMessages || bytes + size > mostBytes)) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        if (closed || !wanted.getAsBoolean()) {
            return false;
        }
        messages++;
        bytes += size;
        return true;
    }

    synchronized void give(long size) {
        messages--;
        bytes -= size;
        notifyAll();
    }

    /** Those that wait are to ask again whether they still want it. */
    synchronized void look() {
        notifyAll();
    }

    /** Nobody waits any more, and nothing can be taken. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    synchronized long messages() {
        return messages;
    }

    synchronized long bytes() {
        return bytes;
    }
}
