package io.attestedmesh.voting.node;

import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.mpc.exchange.Reach;
import io.attestedmesh.mpc.link.Backoff;
import io.attestedmesh.mpc.network.Transport;
import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.voting.wire.v1.Accepted;
import io.attestedmesh.voting.wire.v1.Envelope;
import io.attestedmesh.voting.wire.v1.VotingGrpc;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * This node's own connection to another one, made again whenever it breaks. What is sent while it does not work is dropped:
 * the replica knows what the other node has.
 */
final class Link implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Link.class.getName());
    private static final long MOST_WAITING = 64L << 20;
    /** What a message that waits takes beside its bytes, roughly: there may be many with hardly any. */
    private static final int OBJECTS = 512;

    private final Party to;
    private final Transport transport;
    private final Envelope hello;
    private final ScheduledExecutorService timer;
    private final Listener listener;
    private final Backoff backoff;
    private final ArrayDeque<Envelope> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private Reach reach;
    private Call call;
    private boolean closed;
    private boolean failed;

    /** Hears of the connection, on any thread. */
    interface Listener {
        void connected(Accepted accepted);

        void disconnected();
    }

    Link(
            Party to,
            Transport transport,
            Envelope hello,
            ScheduledExecutorService timer,
            RandomGenerator random,
            Listener listener) {
        this.to = to;
        this.transport = transport;
        this.hello = hello;
        this.timer = timer;
        this.backoff = new Backoff(random);
        this.listener = listener;
    }

    Party to() {
        return to;
    }

    synchronized void connect() {
        if (closed) {
            return;
        }
        try {
            if (reach == null) {
                reach = transport.reach(to);
            }
            reach.reconnect();
            call = new Call();
            call.begin(VotingGrpc.newStub(reach.channel()));
        } catch (IOException | RuntimeException e) { // an address that another node said may be none
            LOG.log(System.Logger.Level.WARNING, () -> "event=voting.link.failed peer=" + to.identity(), e);
            call = null;
            again();
        }
    }

    private void again() {
        if (!closed && !timer.isShutdown()) {
            try {
                var unused = timer.schedule(this::connect, backoff.next().toMillis(), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                closed = true; // the node has stopped in between
            }
        }
    }

    synchronized void send(Envelope envelope) {
        if (call == null || !call.accepted || call.cancelled) {
            return;
        }
        waiting.add(envelope);
        waitingBytes += room(envelope);
        if (waitingBytes > MOST_WAITING) {
            call.cancel("it does not take what it is sent");
        } else {
            call.drain();
        }
    }

    private static long room(Envelope envelope) {
        return OBJECTS + (long) envelope.getSerializedSize();
    }

    private synchronized void accepted(Call by, Accepted answer) {
        if (by == call && !closed && !by.accepted) {
            by.accepted = true;
            failed = false;
            backoff.reset();
            LOG.log(System.Logger.Level.INFO, () -> "event=voting.link.connected peer=" + to.identity());
            listener.connected(answer);
        }
    }

    private synchronized void ended(Call by, Status status) {
        if (by != call) {
            return;
        }
        boolean was = by.accepted;
        call = null;
        waiting.clear();
        waitingBytes = 0;
        if (!failed) { // once, until it works again
            failed = true;
            LOG.log(
                    System.Logger.Level.INFO,
                    () -> "event=voting.link.ended peer=" + to.identity() + " code=" + status.getCode() + " why=\""
                            + OneLine.of(String.valueOf(status.getDescription())) + "\"");
        }
        if (was) {
            listener.disconnected();
        }
        again();
    }

    /** Ends it for good. */
    @Override
    public void close() {
        Reach last;
        synchronized (this) {
            closed = true;
            last = reach;
            if (call != null) {
                call.cancel("the node is stopping");
            }
        }
        if (last != null) {
            last.close();
        }
    }

    /** One call; all of it is done under the link's lock, but for what gRPC does by itself. */
    private final class Call implements ClientResponseObserver<Envelope, Accepted> {
        private ClientCallStreamObserver<Envelope> out;
        private boolean accepted;
        private boolean cancelled;

        void begin(VotingGrpc.VotingStub stub) {
            var unused = stub.deliver(this);
            out.onNext(hello);
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<Envelope> requests) {
            out = requests;
            requests.setOnReadyHandler(() -> {
                synchronized (Link.this) {
                    drain();
                }
            });
        }

        private void drain() {
            while (accepted && !cancelled && out.isReady() && !waiting.isEmpty()) {
                Envelope next = waiting.poll();
                waitingBytes -= room(next);
                out.onNext(next);
            }
        }

        void cancel(String why) {
            cancelled = true; // until it has ended, nothing more is kept for it
            waiting.clear();
            waitingBytes = 0;
            out.cancel(why, null);
        }

        @Override
        public void onNext(Accepted answer) {
            accepted(this, answer);
        }

        @Override
        public void onError(Throwable failure) {
            ended(this, Status.fromThrowable(failure));
        }

        @Override
        public void onCompleted() {
            ended(this, Status.OK);
        }
    }
}
