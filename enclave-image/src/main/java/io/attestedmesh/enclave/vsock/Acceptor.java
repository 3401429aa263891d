package io.attestedmesh.enclave.vsock;

import java.time.Duration;
import java.util.Optional;

/** Takes connections in, a few at a time. Where descriptors are short it rests, for the kernel would tell it at once again. */
final class Acceptor implements EventLoop.Waiting {
    private static final int IN_A_ROW = 64;
    private static final Duration REST = Duration.ofMillis(100);

    /** Gets what came in, on the loop. */
    interface Accepting {
        void accepted(NativeSocket socket) throws SystemCallException;

        /** Takes one from the listening socket, in the mode that is wanted. */
        default Optional<NativeSocket> take(NativeSocket listening) throws SystemCallException {
            return listening.accept();
        }

        void outOfDescriptors(String detail);

        /** Nothing more comes in. */
        void closed();
    }

    private final EventLoop loop;
    private final EventLoop.Watch watch;
    private final Accepting accepting;
    private boolean closed;

    Acceptor(EventLoop loop, NativeSocket listening, Accepting accepting) {
        this.loop = loop;
        this.watch = loop.watch(listening, this);
        this.accepting = accepting;
    }

    void start() {
        if (!closed) {
            watch.interest(Epoll.IN);
        }
    }

    @Override
    public void ready(int readiness) {
        for (int i = 0; i < IN_A_ROW && !closed; i++) {
            try {
                Optional<NativeSocket> socket = accepting.take(watch.socket());
                if (socket.isEmpty()) {
                    return;
                }
                socket.get().hurry();
                accepting.accepted(socket.get());
            } catch (SystemCallException e) {
                accepting.outOfDescriptors(e.getMessage());
                watch.interest(EventLoop.Watch.NOTHING);
                loop.after(REST, this::start);
                return;
            }
        }
    }

    @Override
    public void abandon() {
        close();
    }

    void close() {
        if (!closed) {
            closed = true;
            watch.close();
            accepting.closed();
        }
    }
}
