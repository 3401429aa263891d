package io.attestedmesh.enclave.vsock;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Connects to the first of several addresses that answers, in their order. Each has an equal share of the time left. */
final class ConnectAttempt implements EventLoop.Waiting, Session.Step {
    /** More addresses of one name than this are not tried. */
    static final int MOST_ADDRESSES = 8;

    private static final Duration RETRY = Duration.ofMillis(5);

    /** Told once. */
    interface Outcome {
        /** A socket that nobody watches. */
        void connected(NativeSocket socket);

        /** The reason is {@link Refusal#UNREACHABLE} or {@link Refusal#NO_DESCRIPTORS}. */
        void failed(Refusal reason, String detail);
    }

    private final EventLoop loop;
    private final Deque<StreamAddress> left;
    private final long deadline;
    private final Outcome outcome;
    private StreamAddress current;
    private EventLoop.Watch watch;
    private EventLoop.Deadline timeout;

    private ConnectAttempt(EventLoop loop, List<? extends StreamAddress> addresses, Duration time, Outcome outcome) {
        this.loop = loop;
        this.left = new ArrayDeque<>(addresses.subList(0, Math.min(addresses.size(), MOST_ADDRESSES)));
        this.deadline = System.nanoTime() + time.toNanos();
        this.outcome = outcome;
    }

    /** Begins one that ends with {@code session}, of which {@code outcome} then hears nothing. */
    static void start(
            Session session, EventLoop loop, List<? extends StreamAddress> addresses, Duration time, Outcome outcome) {
        ConnectAttempt attempt = new ConnectAttempt(loop, addresses, time, outcome);
        session.during(attempt);
        attempt.next(Refusal.UNREACHABLE, "it has no address");
    }

    private void next(Refusal reason, String failure) {
        if (left.isEmpty()) {
            outcome.failed(reason, failure);
            return;
        }
        long share = Math.max(0, deadline - System.nanoTime()) / left.size();
        current = left.remove();
        try {
            NativeSocket socket = NativeSocket.unconnected(current);
            watch = loop.watch(socket, this);
        } catch (SystemCallException e) {
            next(e.isLackOfResources() ? Refusal.NO_DESCRIPTORS : Refusal.UNREACHABLE, e.getMessage());
            return;
        }
        timeout = loop.after(Duration.ofNanos(share), () -> giveUp("connecting to " + current + ": no answer in time"));
        connect();
    }

    private void connect() {
        try {
            switch (watch.socket().connect(current)) {
                case CONNECTED -> succeed();
                case UNDER_WAY -> watch.interest(Epoll.OUT);
                case LATER -> {
                    EventLoop.Watch same = watch;
                    loop.after(RETRY, () -> {
                        if (watch == same) {
                            connect();
                        }
                    });
                }
            }
        } catch (IOException e) {
            giveUp(e.getMessage());
        }
    }

    @Override
    public void ready(int readiness) {
        Optional<SystemCallException> failure = watch.socket().failure("connecting to " + current);
        if (failure.isPresent()) {
            giveUp(failure.get().getMessage());
        } else {
            succeed();
        }
    }

    private void succeed() {
        timeout.cancel();
        NativeSocket socket = watch.release();
        watch = null;
        try {
            socket.tune();
        } catch (SystemCallException e) {
            socket.close();
            next(Refusal.UNREACHABLE, e.getMessage());
            return;
        }
        outcome.connected(socket);
    }

    private void giveUp(String failure) {
        timeout.cancel();
        watch.close();
        watch = null;
        next(Refusal.UNREACHABLE, failure);
    }

    @Override
    public void cancel() {
        if (watch != null) {
            timeout.cancel();
            watch.reset();
            watch = null;
        }
    }

    @Override
    public void abandon() {
        if (watch != null) {
            cancel();
            outcome.failed(Refusal.UNREACHABLE, "the bridge was closed");
        }
    }
}
