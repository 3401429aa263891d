package io.attestedmesh.mpc.link;

import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.mpc.party.WireFormat;
import io.attestedmesh.mpc.session.Delivery;
import io.attestedmesh.mpc.session.MessageSource;
import io.attestedmesh.mpc.session.Outlet;
import io.attestedmesh.mpc.session.SessionException;
import io.attestedmesh.mpc.session.SessionId;
import io.attestedmesh.mpc.session.SessionReason;
import io.attestedmesh.mpc.session.TraceContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What one session has to say to one party. {@link #send} and {@link #close} are for any thread, all else for the link's
 * only.
 */
final class Outbox implements Outlet {
    private final PeerLink link;
    private final SessionId session;
    private final Party to;
    private final Instant end;
    private final Optional<TraceContext> trace;
    private final Listener listener;
    private final Budget budget;
    private final ArrayDeque<Outgoing> waiting = new ArrayDeque<>(2);
    private final Backoff backoff;
    private long sent;
    private long accepted;
    private int underway;
    private boolean exclusive;
    private Outgoing current;
    private boolean returned;
    private boolean resting;
    private boolean roomSince;
    private boolean queued;
    private boolean draining;
    private boolean completed;
    private boolean closed;
    /** Why {@link #send} takes nothing more; the link may not have heard of it yet. */
    private volatile SessionException over;

    Outbox(
            PeerLink link,
            SessionId session,
            Party to,
            Instant end,
            Optional<TraceContext> trace,
            Listener listener,
            Budget budget,
            Backoff backoff) {
        this.link = link;
        this.session = session;
        this.to = to;
        this.end = end;
        this.trace = trace;
        this.listener = listener;
        this.budget = budget;
        this.backoff = backoff;
    }

    SessionId session() {
        return session;
    }

    Party to() {
        return to;
    }

    Optional<TraceContext> trace() {
        return trace;
    }

    @Override
    public CompletableFuture<Delivery> send(long round, byte[] value, Instant latest)
            throws SessionException, InterruptedException {
        return queue(new Outgoing(this, round, value, link.giveUpOf(end)), latest);
    }

    @Override
    public CompletableFuture<Delivery> stream(long round, MessageSource source, Instant latest)
            throws SessionException, InterruptedException {
        if (to.format() == WireFormat.KMS) {
            throw new SessionException(
                    SessionReason.WRONG_KIND,
                    session,
                    List.of(to),
                    "a message as bytes",
                    "a stream, and its wire format has none");
        }
        return queue(new Outgoing(this, round, source, link.giveUpOf(end)), latest);
    }

    private CompletableFuture<Delivery> queue(Outgoing message, Instant latest)
            throws SessionException, InterruptedException {
        requireUsable();
        if (!budget.take(message.cost(), link.until(latest))) {
            requireUsable();
            throw full("queue of this session");
        }
        if (!link.budget().take(message.cost(), link.until(latest), () -> over == null)) {
            budget.give(message.cost());
            requireUsable();
            throw full("queue of all sessions");
        }
        link.enqueue(message);
        return message.result();
    }

    private SessionException full(String which) {
        return new SessionException(
                SessionReason.QUEUE_FULL,
                session,
                List.of(to),
                "room in the " + which + " to it in the time of a round",
                budget.messages() + " messages of this session wait, " + budget.bytes() + " bytes; " + link.state());
    }

    private void requireUsable() throws SessionException {
        SessionException why = over;
        if (why != null) {
            throw why;
        }
    }

    @Override
    public void close(boolean drain, SessionException why) {
        over = why;
        budget.close();
        link.budget().look();
        link.onClose(this, drain, why);
    }

    // from here on: on the link's thread

    /** At the end of the queue. */
    void add(Outgoing message) {
        if (completed) {
            finish(message, Delivery.COMPLETED);
        } else if (closed) {
            fail(message, over); // sent at the same time as it was closed
        } else {
            sent++;
            message.number(sent);
            waiting.add(message);
        }
    }

    /** True if a message of it can go out now. */
    boolean isSendable() {
        Outgoing head = waiting.peek();
        return head != null && !resting && !returned && !exclusive && (underway == 0 || !link.goesAlone(head));
    }

    Outgoing head() {
        return waiting.element();
    }

    /** Takes the next message, which is under way from now on. */
    Outgoing depart() {
        Outgoing message = waiting.remove();
        underway++;
        exclusive = link.goesAlone(message);
        current = message;
        return message;
    }

    /** True once, until {@link #unqueue}. */
    boolean queue() {
        boolean first = !queued;
        queued = true;
        return first;
    }

    void unqueue() {
        queued = false;
    }

    private void arrived() {
        underway--;
        exclusive = false;
        current = null;
    }

    void accepted(Outgoing message) {
        arrived();
        accepted = message.sequence();
        backoff.reset();
        finish(message, Delivery.ACCEPTED);
    }

    /** The session is complete there: nothing that waits is needed. */
    void completed(Outgoing message) {
        arrived();
        completed = true;
        finish(message, Delivery.COMPLETED);
        waiting.forEach(each -> finish(each, Delivery.COMPLETED));
        waiting.clear();
    }

    /** It was not accepted, and goes back to its place. Those behind it follow, as each of them is answered. */
    void giveBack(Outgoing message) {
        arrived();
        if (closed && !draining) {
            fail(message, over);
            return;
        }
        returned = true;
        insert(message);
    }

    private void insert(Outgoing message) {
        ArrayDeque<Outgoing> before = new ArrayDeque<>();
        while (!waiting.isEmpty() && waiting.element().sequence() < message.sequence()) {
            before.add(waiting.remove());
        }
        waiting.addFirst(message);
        while (!before.isEmpty()) {
            waiting.addFirst(before.removeLast());
        }
    }

    /** True if all that was under way has come back, so that a retry keeps the order. */
    boolean isBack() {
        return returned && underway == 0;
    }

    /** The receiver has room for what it has sent back, or is about to. */
    void hearOfRoom() {
        roomSince = returned;
    }

    /** True if there is no reason to rest before the next attempt. */
    boolean hasRoom() {
        return roomSince;
    }

    /** How long to rest before the next attempt. */
    Duration rest() {
        resting = true;
        return backoff.next();
    }

    /** To be tried again now. */
    void resume() {
        resting = false;
        roomSince = false;
        if (underway == 0) {
            returned = false;
        }
    }

    /** All that came before this message was accepted. */
    boolean isNext(Outgoing message) {
        return message.sequence() == accepted + 1;
    }

    /** True if the party's process has kept something of the session. */
    boolean hasAccepted() {
        return accepted > 0;
    }

    /** Nothing more is sent; what waits fails. */
    void fail(SessionException why) {
        if (over == null) {
            over = why;
        }
        closed = true;
        draining = false;
        budget.close();
        link.budget().look();
        waiting.forEach(each -> fail(each, why));
        waiting.clear();
    }

    void arrivedTooLate(Outgoing message) {
        arrived();
        fail(message, over);
    }

    void close(boolean drain) {
        draining = drain && !completed && !closed;
        closed = true;
        if (!draining) {
            abandon();
            waiting.forEach(each -> fail(each, over));
            waiting.clear();
        }
    }

    /** What is under way by itself does not go on, and comes back. */
    private void abandon() {
        if (exclusive) {
            current.abandon();
        }
    }

    /** Nobody takes it any more: the session has ended, at the other side too if that is honest. */
    void end() {
        draining = false;
        abandon();
    }

    Listener listener() {
        return listener;
    }

    boolean isIdle() {
        return waiting.isEmpty() && underway == 0;
    }

    boolean isClosed() {
        return closed;
    }

    /** True if something is under way by itself, and the session's time has passed. */
    boolean isOverdue(Instant now) {
        return exclusive && !now.isBefore(end);
    }

    /** True if the oldest message that waits has waited too long. */
    boolean isLate(Instant now) {
        Outgoing head = waiting.peek();
        return head != null && !now.isBefore(head.giveUp());
    }

    private void finish(Outgoing message, Delivery how) {
        release(message);
        message.result().complete(how);
    }

    private void fail(Outgoing message, SessionException why) {
        release(message);
        message.result().completeExceptionally(why);
    }

    private void release(Outgoing message) {
        budget.give(message.cost());
        link.budget().give(message.cost());
    }
}
