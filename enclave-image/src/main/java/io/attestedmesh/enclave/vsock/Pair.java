package io.attestedmesh.enclave.vsock;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Two sockets joined: bytes, ends and resets of each go to the other. */
final class Pair {
    /** Why it is over. */
    enum End {
        ORDERLY,
        RESET,
        IDLE
    }

    /** Told once, before both sockets are closed: who sees that can find it counted. */
    interface Ended {
        void ended(End how);
    }

    private final Ended ended;
    private final Side near;
    private final Side far;
    private long moved = System.nanoTime();
    private boolean over;

    Pair(EventLoop loop, NativeSocket near, NativeSocket far, AtomicLong out, AtomicLong back, Ended ended) {
        this.ended = ended;
        Flow outward = new Flow(loop, near, far, out);
        Flow homeward = new Flow(loop, far, near, back);
        this.near = new Side(outward, homeward);
        this.far = new Side(homeward, outward);
        this.near.watch = loop.watch(near, this.near);
        this.far.watch = loop.watch(far, this.far);
    }

    void start() {
        settle(null);
    }

    private final class Side implements EventLoop.Waiting {
        private final Flow leaving;
        private final Flow arriving;
        private EventLoop.Watch watch;

        Side(Flow leaving, Flow arriving) {
            this.leaving = leaving;
            this.arriving = arriving;
        }

        @Override
        public void ready(int readiness) {
            boolean failing = (readiness & (Epoll.ERROR | Epoll.HANG_UP)) != 0;
            boolean any = false;
            if (arriving.wantsToWrite() && (failing || (readiness & Epoll.OUT) != 0)) {
                any = arriving.write();
            }
            if (leaving.wantsToRead() && (failing || (readiness & Epoll.IN) != 0)) {
                try {
                    any |= leaving.read(!arriving.isCut());
                } catch (SystemCallException reset) {
                    end(End.RESET);
                    return;
                }
            } else if ((readiness & Epoll.ERROR) != 0 && leaving.isOver() && !arriving.wantsToWrite()) {
                // it had ended its sending, and now it cannot receive either
                end(End.RESET);
                return;
            } else if ((readiness & Epoll.HANG_UP) != 0 && leaving.isOver() && !arriving.wantsToWrite()) {
                // the same of a family without resets; what it sent still arrives
                end(End.ORDERLY);
                return;
            }
            if (any) {
                moved = System.nanoTime();
            }
            settle(failing ? this : null);
        }

        /**
         * Errors and hang-ups are told whatever the interest is. One that cannot be acted on, because the other side is
         * slow, must not be told again and again: what is still to be read shows it later.
         */
        void rewatch(boolean failing) {
            int interest = (leaving.wantsToRead() ? Epoll.IN : 0) | (arriving.wantsToWrite() ? Epoll.OUT : 0);
            boolean told = failing || watch.interest() == EventLoop.Watch.NOTHING;
            watch.interest(interest == 0 && told ? EventLoop.Watch.NOTHING : interest);
        }

        @Override
        public void abandon() {
            end(End.RESET);
        }
    }

    /** After every step: over, or waiting for the right things. */
    private void settle(Side failing) {
        if (near.leaving.isOver() && far.leaving.isOver()) {
            end(near.leaving.isCut() || far.leaving.isCut() ? End.RESET : End.ORDERLY);
            return;
        }
        near.rewatch(failing == near);
        far.rewatch(failing == far);
    }

    boolean isIdle(long now, BridgeLimits limits) {
        boolean halfClosed = near.leaving.isOver() || far.leaving.isOver();
        return limits.isIdle(Duration.ofNanos(now - moved), halfClosed);
    }

    void end(End how) {
        if (over) {
            return;
        }
        over = true;
        near.leaving.drop();
        far.leaving.drop();
        ended.ended(how);
        if (how == End.ORDERLY) {
            near.watch.close();
            far.watch.close();
        } else {
            near.watch.reset();
            far.watch.reset();
        }
    }
}
