package io.attestedmesh.enclave.vsock;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;

/**
 * Takes connections in, a few at a time. Where that fails for a reason that may last, as where descriptors are short, it
 * rests, for the kernel would tell it at once again. What one connection meets ends that one alone.
 */
final class Acceptor implements EventLoop.Waiting {
    private static final System.Logger LOG = System.getLogger(Acceptor.class.getName());
    private static final int IN_A_ROW = 64;
    private static final Duration REST = Duration.ofMillis(100);

    /** Gets what came in, on the loop. */
    interface Accepting {
        void accepted(NativeSocket socket);

        /** Takes one from the listening socket, in the mode that is wanted. */
        default Optional<NativeSocket> take(NativeSocket listening) throws SystemCallException {
            return listening.accept();
        }

        /** One was closed, for it came from a machine that is not served here. */
        void wrongPeer(String detail);

        /** None can be taken in for a moment. */
        void resting(String detail);

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
            Optional<NativeSocket> socket;
            try {
                socket = accepting.take(watch.socket());
            } catch (SystemCallException e) {
                rest(e);
                return;
            }
            if (socket.isEmpty()) {
                return;
            }
            admit(socket.get());
        }
    }

    private void rest(SystemCallException why) {
        watch.interest(EventLoop.Watch.NOTHING);
        loop.after(REST, this::start);
        accepting.resting(why.getMessage());
    }

    private void admit(NativeSocket socket) {
        try {
            Optional<String> objection = watch.socket().objection(socket);
            if (objection.isPresent()) {
                socket.reset();
                accepting.wrongPeer(objection.get());
                return;
            }
            socket.tune();
            accepting.accepted(socket);
        } catch (SystemCallException e) {
            socket.reset();
            LOG.log(Level.DEBUG, "a connection ended before it was served", e);
        } catch (RuntimeException | Error e) {
            socket.reset();
            LOG.log(Level.ERROR, "a connection could not be served", e);
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
