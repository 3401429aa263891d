package io.attestedmesh.mpc.link;

import java.time.Duration;

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
    synchronized boolean take(long size, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (!closed && messages > 0 && (messages + 1 > mostMessages || bytes + size > mostBytes)) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        if (closed) {
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
