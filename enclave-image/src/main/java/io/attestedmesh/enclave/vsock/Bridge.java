package io.attestedmesh.enclave.vsock;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Listens on one address and carries each connection on to another: bytes, the end of either direction by itself, and
 * resets. A side that does not read makes the other wait. Thread-safe.
 */
public final class Bridge implements AutoCloseable {
    private static final int BACKLOG = 1024;
    private static final int IDLE_CHECKS = 4;

    private final EventLoop loop;
    private final Onward onward;
    private final BridgeLimits limits;
    private final BridgeEvents events;
    private final StreamAddress address;
    private final Meter meter = new Meter();
    private final Set<Session> sessions = new HashSet<>();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private Acceptor acceptor;
    private boolean listening = true;

    private Bridge(EventLoop loop, StreamAddress listen, Onward onward, BridgeLimits limits, BridgeEvents events)
            throws IOException {
        this.loop = loop;
        this.onward = onward;
        this.limits = limits;
        this.events = events;
        NativeSocket socket = NativeSocket.listening(listen, BACKLOG);
        this.address = socket.boundTo(listen);
        boolean taken = loop.execute(() -> {
            acceptor = new Acceptor(loop, socket, new Admission());
            acceptor.start();
            lookForIdle();
        });
        if (!taken) {
            socket.close();
            throw new IOException("the event loop has ended");
        }
    }

    /** Every connection goes to {@code target}. */
    public static Bridge forward(
            EventLoop loop, StreamAddress listen, StreamAddress target, BridgeLimits limits, BridgeEvents events)
            throws IOException {
        return new Bridge(loop, listen, new Forward(loop, target, limits.connectTimeout()), limits, events);
    }

    /**
     * The enclave's side of outbound connections: every connection goes to the one {@code target}, through the parent.
     *
     * @param parent where the parent has {@link #toAllowed}
     */
    public static Bridge toTarget(
            EventLoop loop,
            StreamAddress listen,
            StreamAddress parent,
            Target target,
            BridgeLimits limits,
            BridgeEvents events)
            throws IOException {
        return new Bridge(loop, listen, new NamedTarget(loop, parent, target, limits), limits, events);
    }

    /** The parent's side of outbound connections: each says its target first, which must be one of {@code allowed}. */
    public static Bridge toAllowed(
            EventLoop loop,
            StreamAddress listen,
            Set<Target> allowed,
            NameResolver resolver,
            BridgeLimits limits,
            BridgeEvents events)
            throws IOException {
        return new Bridge(loop, listen, new TargetDispatch(loop, allowed, resolver, limits), limits, events);
    }

    /** Where it listens, with the port that the kernel chose. */
    public StreamAddress address() {
        return address;
    }

    public BridgeCounts counts() {
        return meter.counts();
    }

    EventLoop loop() {
        return loop;
    }

    Meter meter() {
        return meter;
    }

    private final class Admission implements Acceptor.Accepting {
        @Override
        public void accepted(NativeSocket socket) {
            Session session = new Session(Bridge.this, socket);
            sessions.add(session);
            Meter.add(meter.accepted, 1);
            meter.open.set(sessions.size());
            if (sessions.size() > limits.connections()) {
                session.refuse(Refusal.TOO_MANY_CONNECTIONS, limits.connections() + " are open at " + address);
                return;
            }
            try {
                onward.take(session);
            } catch (UncheckedIOException e) {
                session.refuse(Refusal.NO_DESCRIPTORS, e.getCause().getMessage());
            } catch (RuntimeException | Error e) {
                session.end(Pair.End.RESET);
                throw e;
            }
        }

        @Override
        public void wrongPeer(String detail) {
            meter.refused(Refusal.WRONG_PEER);
            events.refused(Refusal.WRONG_PEER, detail);
        }

        @Override
        public void resting(String detail) {
            meter.refused(Refusal.NO_DESCRIPTORS);
            events.refused(Refusal.NO_DESCRIPTORS, detail);
        }

        @Override
        public void closed() {
            listening = false;
            onward.stop();
            completeIfDrained();
        }
    }

    void refused(Session session, Refusal reason, String detail) {
        meter.refused(reason);
        try {
            events.refused(reason, detail);
        } finally {
            remove(session);
        }
    }

    void ended(Session session, Pair.End how) {
        switch (how) {
            case ORDERLY -> {}
            case RESET -> Meter.add(meter.reset, 1);
            case IDLE -> Meter.add(meter.idle, 1);
        }
        remove(session);
    }

    private void remove(Session session) {
        sessions.remove(session);
        meter.open.set(sessions.size());
        completeIfDrained();
    }

    private void completeIfDrained() {
        if (!listening && sessions.isEmpty()) {
            drained.complete(null);
        }
    }

    private void lookForIdle() {
        if (drained.isDone()) {
            return;
        }
        long now = System.nanoTime();
        for (Session session : List.copyOf(sessions)) {
            if (session.isIdle(now, limits)) {
                session.end(Pair.End.IDLE);
            }
        }
        loop.after(limits.shortestIdle().dividedBy(IDLE_CHECKS), this::lookForIdle);
    }

    /** Takes no more connections, and waits up to {@code grace} for those that are open before it closes them. */
    public void drain(Duration grace) throws InterruptedException {
        if (loop.execute(() -> acceptor.close())) {
            try {
                drained.get(grace.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // closed below
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
        close();
    }

    /** Closes the listener and all connections at once; returns when this is done. Not for the loop's own thread. */
    @Override
    public void close() {
        boolean alive = loop.execute(() -> {
            acceptor.close();
            List.copyOf(sessions).forEach(session -> session.end(Pair.End.RESET));
        });
        if (alive) {
            drained.join();
        }
        if (address instanceof UnixAddress file) {
            try {
                Files.deleteIfExists(file.path());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
