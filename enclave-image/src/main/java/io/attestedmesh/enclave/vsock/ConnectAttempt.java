package io.attestedmesh.enclave.vsock;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Connects to the first of several addresses that answers, in their order. Each has an equal share of the time left. */
final class ConnectAttempt implements EventLoop.Waiting {
    /** More addresses of one name than this are not tried. */
    static final int MOST_ADDRESSES = 8;

    private static final Duration RETRY = Duration.ofMillis(5);

    /** Told once. */
    interface Outcome {
        /** A socket that nobody watches. */
        void connected(NativeSocket socket);

        void failed(String detail);
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

    static void start(EventLoop loop, List<? extends StreamAddress> addresses, Duration time, Outcome outcome) {
        new ConnectAttempt(loop, addresses, time, outcome).next("it has no address");
    }

    private void next(String failure) {
        if (left.isEmpty()) {
            outcome.failed(failure);
            return;
        }
        long share = Math.max(0, deadline - System.nanoTime()) / left.size();
        current = left.remove();
        try {
            NativeSocket socket = NativeSocket.unconnected(current);
            watch = loop.watch(socket, this);
        } catch (SystemCallException e) {
            next(e.getMessage());
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
            socket.hurry();
        } catch (SystemCallException e) {
            socket.close();
            next(e.getMessage());
            return;
        }
        outcome.connected(socket);
    }

    private void giveUp(String failure) {
        timeout.cancel();
        watch.close();
        watch = null;
        next(failure);
    }

    @Override
    public void abandon() {
        if (watch != null) {
            timeout.cancel();
            watch.reset();
            watch = null;
            outcome.failed("the bridge was closed");
        }
    }
}
