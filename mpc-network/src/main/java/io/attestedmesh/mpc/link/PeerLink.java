package io.attestedmesh.mpc.link;

import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.mpc.link.Carrier.Answered;
import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.mpc.session.Acceptance;
import io.attestedmesh.mpc.session.Outlet;
import io.attestedmesh.mpc.session.SessionException;
import io.attestedmesh.mpc.session.SessionId;
import io.attestedmesh.mpc.session.SessionReason;
import io.attestedmesh.mpc.session.Timing;
import io.attestedmesh.mpc.session.TraceContext;
import io.grpc.SynchronizationContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Sends what all sessions have to say to one party: over one connection at a time, many messages under way, the sessions in
 * turn. What a broken connection leaves unanswered is sent again; the receiver knows by the numbers what it has.
 */
public final class PeerLink implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(PeerLink.class.getName());
    /** Of one batch; a batch is one gRPC message. */
    private static final int BATCH_BYTES = 64 << 10;

    private static final int BATCH_MESSAGES = 256;
    /** Of messages that a batch carries; larger ones go by themselves. */
    public static final int LARGE = 256 << 10;

    private static final int LARGE_AT_ONCE = 4;
    /** After which what comes is gathered until there is an answer, if it does not fill a batch before. */
    private static final int SMALL_BATCHES_AT_ONCE = 4;

    private static final Duration LONGEST_OPENING = Duration.ofSeconds(30);

    private final PeerIdentity to;
    private final LinkLimits limits;
    private final Timing timing;
    private final LinkMeters meters;
    private final Carrier.Factory carriers;
    private final RandomGenerator random;
    private final Budget budget;
    private final Backoff backoff;
    // all below: in this context only
    private final SynchronizationContext here = new SynchronizationContext(PeerLink::failed);
    private final Map<SessionId, Outbox> outboxes = new HashMap<>();
    private final ArrayDeque<Outbox> ready = new ArrayDeque<>();
    private Optional<Connection> connection = Optional.empty();
    private Optional<UUID> incarnation = Optional.empty();
    /** Why the last attempt failed, until one succeeds. */
    private Optional<String> failure = Optional.empty();

    private boolean resting;
    private boolean pumping;
    private boolean closed;
    private volatile String state = "not connected yet";

    public PeerLink(
            PeerIdentity to,
            LinkLimits limits,
            Timing timing,
            LinkMeters meters,
            Carrier.Factory carriers,
            RandomGenerator random) {
        this.to = to;
        this.limits = limits;
        this.timing = timing;
        this.meters = meters;
        this.carriers = carriers;
        this.random = random;
        this.budget = new Budget(Long.MAX_VALUE, limits.partyBytes());
        this.backoff = new Backoff(random);
        meters.queue(to, budget);
    }

    private static void failed(Thread thread, Throwable failure) {
        LOG.log(System.Logger.Level.ERROR, "event=mpc.link.failed", failure);
    }

    /** The outlet of a session to this party. */
    public Outlet open(
            SessionId session, Party party, Instant end, Optional<TraceContext> trace, Outlet.Listener listener) {
        Budget own = new Budget(limits.queueMessages(), limits.queueBytes());
        Outbox outbox = new Outbox(this, session, party, end, trace, listener, own, new Backoff(random));
        here.execute(() -> outboxes.put(session, outbox));
        return outbox;
    }

    public PeerIdentity to() {
        return to;
    }

    /** How it stands with the connection, in a few words. */
    public String state() {
        return state;
    }

    public long queuedMessages() {
        return budget.messages();
    }

    public long queuedBytes() {
        return budget.bytes();
    }

    // what outboxes need, on any thread

    Budget budget() {
        return budget;
    }

    Instant giveUpOf(Instant end) {
        Instant latest = timing.clock().instant().plus(limits.giveUp());
        return latest.isBefore(end) ? latest : end;
    }

    Duration until(Instant latest) {
        return Duration.between(timing.clock().instant(), latest);
    }

    /** True if no other message of its session may be under way beside it. */
    boolean goesAlone(Outgoing message) {
        return message.isLarge()
                || connection.filter(now -> !now.carrier.keepsOrder()).isPresent();
    }

    void enqueue(Outgoing message) {
        here.execute(() -> {
            message.outbox().add(message);
            offer(message.outbox());
        });
    }

    void onClose(Outbox outbox, boolean drain, SessionException why) {
        here.execute(() -> {
            outbox.close(drain);
            forgetIfDone(outbox);
        });
    }

    private void forgetIfDone(Outbox outbox) {
        if (outbox.isClosed() && outbox.isIdle()) {
            outboxes.remove(outbox.session(), outbox);
        }
    }

    // sending

    private void offer(Outbox outbox) {
        if (outbox.isSendable() && outbox.queue()) {
            ready.add(outbox);
        }
        if (!pumping && !ready.isEmpty()) {
            pumping = true;
            here.executeLater(this::pump); // after the messages that other threads have just brought
        }
    }

    private void pump() {
        pumping = false;
        if (closed || ready.isEmpty()) {
            return;
        }
        if (connection.isEmpty()) {
            if (!resting) {
                connect();
            }
            return;
        }
        Connection now = connection.get();
        while (now.mayCarry() && !ready.isEmpty()) {
            List<Outgoing> batch = batch(now);
            if (batch.isEmpty()) {
                return;
            }
            now.carry(batch);
        }
    }

    /** The next messages, one of each session in turn; empty if none may go now. */
    private List<Outgoing> batch(Connection over) {
        List<Outgoing> batch = new ArrayList<>();
        long bytes = 0;
        int skipped = 0;
        while (ready.size() > skipped && bytes < BATCH_BYTES && batch.size() < BATCH_MESSAGES) {
            Outbox next = ready.remove();
            next.unqueue();
            if (!next.isSendable() || !mayGo(next, over)) {
                continue;
            }
            boolean large = next.head().isLarge();
            if (large && (!batch.isEmpty() || over.large >= LARGE_AT_ONCE)) {
                next.queue();
                ready.add(next);
                skipped++;
                continue;
            }
            Outgoing message = next.depart();
            batch.add(message);
            bytes += message.cost();
            if (next.isSendable() && next.queue()) {
                ready.add(next);
            }
            if (large) {
                break;
            }
        }
        return batch;
    }

    private boolean mayGo(Outbox outbox, Connection over) {
        if (outbox.to().mayRun(over.proved)) {
            return true;
        }
        giveUp(
                outbox,
                SessionReason.REFUSED,
                "one of the releases " + outbox.to().releases(),
                over.proved
                        .flatMap(AttestedPeer::attestation)
                        .map(proof -> "release " + OneLine.of(proof.releaseName()))
                        .orElse("no evidence of one"));
        return false;
    }

    private void connect() {
        state = failure.map(why -> "connecting again after: " + why).orElse("connecting");
        Connection made = new Connection();
        connection = Optional.of(made);
        made.carrier = carriers.connect(made);
    }

    /** One connection, and what is heard of it. */
    private final class Connection implements Carrier.Listener {
        private Carrier carrier;
        private Optional<AttestedPeer> proved = Optional.empty();
        private Instant heard = timing.clock().instant();
        private boolean open;
        private int messages;
        private int batches;
        private long bytes;
        private int large;

        boolean mayCarry() {
            boolean gather = batches >= SMALL_BATCHES_AT_ONCE && ready.size() < BATCH_MESSAGES;
            return open
                    && !gather
                    && messages < limits.windowMessages()
                    && bytes < limits.windowBytes()
                    && carrier.isReady();
        }

        void carry(List<Outgoing> batch) {
            if (messages == 0) {
                heard = timing.clock().instant();
            }
            for (Outgoing message : batch) {
                count(message, 1);
            }
            meters.sent(
                    to, batch.size(), batch.stream().mapToLong(Outgoing::size).sum());
            carrier.carry(batch);
        }

        /** Breaks it if the other side has been silent too long while it had something to say. */
        void tick(Instant now) {
            Duration patience = open ? limits.giveUp() : LONGEST_OPENING;
            if ((!open || messages > large) && !now.isBefore(heard.plus(patience))) {
                carrier.cancel("no answer within " + patience);
            }
        }

        private void count(Outgoing message, int sign) {
            messages += sign;
            if (message.isLarge()) {
                large += sign; // has a flow control of its own
            } else {
                bytes += sign * message.cost();
            }
        }

        private void run(Runnable task) {
            here.execute(() -> {
                if (connection.isPresent() && connection.get() == this) {
                    task.run();
                }
            });
        }

        @Override
        public void opened(UUID process, Optional<AttestedPeer> peer) {
            run(() -> {
                open = true;
                heard = timing.clock().instant();
                proved = peer;
                failure = Optional.empty();
                state = "connected";
                meet(process);
                pump();
            });
        }

        @Override
        public void ready() {
            run(PeerLink.this::pump);
        }

        @Override
        public void answered(List<Answered> answers) {
            // verdicts count even if the connection has broken meanwhile
            here.execute(() -> {
                backoff.reset();
                heard = timing.clock().instant();
                for (Answered answer : answers) {
                    count(answer.message(), -1);
                    judge(answer.message(), answer.verdict());
                }
                batches = messages > large ? Math.max(0, batches - 1) : 0; // one answer may be for more than one
                pump();
            });
        }

        @Override
        public void room(SessionId session) {
            run(() -> Optional.ofNullable(outboxes.get(session)).ifPresent(outbox -> {
                outbox.hearOfRoom();
                if (outbox.isBack()) {
                    resume(outbox);
                }
            }));
        }

        @Override
        public void closed(String why, List<Outgoing> unanswered) {
            here.execute(() -> {
                boolean current = connection.isPresent() && connection.get() == this;
                if (current) {
                    connection = Optional.empty();
                    failure = Optional.of(why);
                    state = why;
                    rest();
                }
                meters.retried(to, unanswered.size());
                for (Outgoing message : unanswered) {
                    message.outbox().giveBack(message);
                    if (message.outbox().isBack()) {
                        resume(message.outbox());
                    }
                    forgetIfDone(message.outbox());
                }
            });
        }
    }

    /** A process answers that may not be the one that did before. */
    private void meet(UUID process) {
        boolean restarted = incarnation.isPresent() && !incarnation.get().equals(process);
        incarnation = Optional.of(process);
        if (!restarted) {
            return;
        }
        LOG.log(System.Logger.Level.INFO, () -> "event=mpc.restarted party=" + OneLine.of(to.name()));
        for (Outbox outbox : List.copyOf(outboxes.values())) {
            if (outbox.hasAccepted()) {
                outbox.listener().restarted();
                outbox.fail(SessionException.restarted(outbox.session(), outbox.to()));
            }
        }
    }

    private void judge(Outgoing message, Acceptance verdict) {
        Outbox outbox = message.outbox();
        switch (verdict) {
            case ACCEPTED -> outbox.accepted(message);
            case COMPLETED -> outbox.completed(message);
            case NO_ROOM, TOO_FAR_AHEAD, TOO_MANY_SESSIONS -> postpone(outbox, message);
            case OUT_OF_ORDER -> {
                boolean lost = outbox.isNext(message);
                postpone(outbox, message);
                if (lost) {
                    giveUp(
                            outbox,
                            SessionReason.MESSAGES_LOST,
                            "the messages that it had accepted",
                            "it has discarded them: it did not open the session in time");
                }
            }
            default -> refused(outbox, message, verdict);
        }
        if (outbox.isBack()) {
            if (outbox.hasRoom()) {
                resume(outbox);
            } else {
                pause(outbox);
            }
        }
        offer(outbox);
        forgetIfDone(outbox);
    }

    private void postpone(Outbox outbox, Outgoing message) {
        meters.retried(to, 1);
        outbox.giveBack(message);
    }

    private void refused(Outbox outbox, Outgoing message, Acceptance verdict) {
        LOG.log(
                System.Logger.Level.WARNING,
                () -> "event=mpc.refused party=" + OneLine.of(to.name()) + " session=" + outbox.session() + " reason="
                        + verdict);
        meters.refused(to, verdict);
        SessionException why = giveUp(
                outbox,
                verdict == Acceptance.SESSION_ABORTED ? SessionReason.ABORTED : SessionReason.REFUSED,
                "message " + message.sequence() + " accepted",
                "refused as " + verdict);
        outbox.arrivedTooLate(message);
        if (verdict == Acceptance.SESSION_ABORTED) {
            outbox.listener().gaveUp(why);
        }
    }

    private SessionException giveUp(Outbox outbox, SessionReason reason, String expected, String actual) {
        SessionException why = new SessionException(reason, outbox.session(), List.of(outbox.to()), expected, actual);
        outbox.fail(why);
        forgetIfDone(outbox);
        return why;
    }

    /** Waits before this session's messages are tried again; others go on. */
    private void pause(Outbox outbox) {
        Duration wait = outbox.rest();
        later(wait, () -> resume(outbox));
    }

    private void resume(Outbox outbox) {
        outbox.resume();
        offer(outbox);
    }

    /** Waits before the next connection. */
    private void rest() {
        if (closed) {
            return;
        }
        resting = true;
        Duration wait = backoff.next();
        later(wait, () -> {
            resting = false;
            pump();
        });
    }

    private void later(Duration wait, Runnable task) {
        Future<?> unused = timing.timer().schedule(() -> here.execute(task), wait.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** To be called every second or so: gives up what was tried for too long. */
    public void tick() {
        here.execute(() -> {
            Instant now = timing.clock().instant();
            connection.ifPresent(one -> one.tick(now));
            for (Outbox outbox : List.copyOf(outboxes.values())) {
                if (outbox.isLate(now)) {
                    giveUp(
                            outbox,
                            SessionReason.UNREACHABLE,
                            "its acceptance within " + limits.giveUp() + ", and before the session ends",
                            state);
                }
                if (outbox.isOverdue(now)) {
                    outbox.end();
                }
            }
        });
    }

    /** True if nothing waits to be sent or answered. */
    public boolean isIdle() {
        return budget.messages() == 0;
    }

    /** Ends it at once: what was not accepted fails. */
    @Override
    public void close() {
        meters.gone(to, budget);
        here.execute(() -> {
            closed = true;
            state = "closed";
            budget.close();
            connection.ifPresent(now -> now.carrier.cancel("closed here"));
            for (Outbox outbox : List.copyOf(outboxes.values())) {
                giveUp(outbox, SessionReason.SHUT_DOWN, "a running node", "it is stopping");
            }
        });
    }
}
