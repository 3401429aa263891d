package io.attestedmesh.enclave.vsock;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One direction of a connection: bytes of one socket to another. It reads nothing while the writer would have to wait,
 * so that a slow reader slows the sender and costs one chunk.
 */
final class Flow {
    /** So that one busy connection does not hold up the others. */
    private static final int CHUNKS_IN_A_ROW = 4;

    private enum State {
        OPEN,
        /** The end was passed on. */
        ENDED,
        /** The receiver takes no more; what the sender still sends is not read. */
        CUT
    }

    private final EventLoop loop;
    private final NativeSocket from;
    private final NativeSocket to;
    private final AtomicLong counter;
    private State state = State.OPEN;
    private Memory waiting;
    private int waitingFrom;
    private int waitingTo;

    Flow(EventLoop loop, NativeSocket from, NativeSocket to, AtomicLong counter) {
        this.loop = loop;
        this.from = from;
        this.to = to;
        this.counter = counter;
    }

    boolean wantsToRead() {
        return state == State.OPEN && waiting == null;
    }

    boolean wantsToWrite() {
        return waiting != null;
    }

    boolean isOver() {
        return state != State.OPEN;
    }

    /**
     * Moves what is there.
     *
     * @param trusted whether an end is one: of a sender that no longer takes bytes the kernel tells a reset once, and then
     *     an end
     * @return whether anything moved
     * @throws SystemCallException if the sender failed
     */
    boolean read(boolean trusted) throws SystemCallException {
        boolean moved = false;
        for (int i = 0; i < CHUNKS_IN_A_ROW && wantsToRead(); i++) {
            Memory scratch = loop.scratch();
            int count = from.read(Pointer.nativeValue(scratch), EventLoop.CHUNK);
            if (count == NativeSocket.WOULD_BLOCK) {
                return moved;
            }
            moved = true;
            if (count == 0) {
                passEndOn(trusted);
                return true;
            }
            pass(scratch, count);
            if (count < EventLoop.CHUNK) {
                return true;
            }
        }
        return moved;
    }

    private void pass(Memory scratch, int count) {
        int written = tryToWrite(Pointer.nativeValue(scratch), count);
        if (state == State.OPEN && written < count) {
            waiting = loop.keepScratch();
            waitingFrom = written;
            waitingTo = count;
        }
    }

    /** Goes on with what the receiver had no room for; whether anything moved. */
    boolean write() {
        int written = tryToWrite(Pointer.nativeValue(waiting) + waitingFrom, waitingTo - waitingFrom);
        waitingFrom += written;
        if (waitingFrom == waitingTo || state == State.CUT) {
            drop();
        }
        return written > 0;
    }

    private int tryToWrite(long buffer, int size) {
        try {
            int written = Math.max(0, to.write(buffer, size));
            Meter.add(counter, written);
            return written;
        } catch (SystemCallException receiverIsGone) {
            // what it has sent before is still carried the other way
            state = State.CUT;
            return 0;
        }
    }

    private void passEndOn(boolean trusted) {
        if (!trusted) {
            state = State.CUT;
            return;
        }
        try {
            to.endWriting();
            state = State.ENDED;
        } catch (SystemCallException receiverIsGone) {
            state = State.CUT;
        }
    }

    boolean isCut() {
        return state == State.CUT;
    }

    /** Gives back what it holds. */
    void drop() {
        if (waiting != null) {
            loop.giveBack(waiting);
            waiting = null;
        }
    }
}
