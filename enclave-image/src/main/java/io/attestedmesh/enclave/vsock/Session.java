package io.attestedmesh.enclave.vsock;

import java.io.UncheckedIOException;

/** One connection that came in, until both its sockets are closed. */
final class Session {
    private final Bridge bridge;
    private final NativeSocket near;
    private Step step = () -> {};
    private Pair pair;
    private boolean over;

    /** What a session waits for before it is joined. */
    @FunctionalInterface
    interface Step {
        /** Ends the waiting: no timer and no watch of it is left, and nobody hears of it any more. Twice is once. */
        void cancel();
    }

    Session(Bridge bridge, NativeSocket near) {
        this.bridge = bridge;
        this.near = near;
    }

    NativeSocket near() {
        return near;
    }

    boolean isOver() {
        return over;
    }

    /** The step that is ended with the session; it takes the place of the one before. */
    void during(Step next) {
        step = next;
    }

    /** Ends it before it was joined; the other side of {@link #near} sees a reset. It is counted first. */
    void refuse(Refusal reason, String detail) {
        if (!over) {
            over = true;
            step.cancel();
            try {
                bridge.refused(this, reason, detail);
            } finally {
                near.reset();
            }
        }
    }

    /**
     * The same for one who is told the reason and must be able to read it.
     *
     * @param telling writes to {@link #near}
     */
    void refuse(Refusal reason, String detail, Runnable telling) {
        if (!over) {
            over = true;
            step.cancel();
            try {
                bridge.refused(this, reason, detail);
                telling.run();
            } finally {
                near.close();
            }
        }
    }

    /** From here on the two are one connection. Nobody watches either. */
    void join(NativeSocket far) {
        if (over) {
            far.reset();
            return;
        }
        step = () -> {};
        Meter meter = bridge.meter();
        pair = new Pair(bridge.loop(), near, far, meter.bytesOut, meter.bytesBack, this::ended);
        try {
            pair.start();
        } catch (UncheckedIOException e) {
            pair.end(Pair.End.RESET);
        }
    }

    private void ended(Pair.End how) {
        over = true;
        bridge.ended(this, how);
    }

    boolean isIdle(long now, BridgeLimits limits) {
        return pair != null && pair.isIdle(now, limits);
    }

    /** Closes both sockets now. */
    void end(Pair.End how) {
        if (pair != null) {
            pair.end(how);
        } else if (!over) {
            over = true;
            step.cancel();
            bridge.ended(this, how);
            near.reset();
        }
    }
}
