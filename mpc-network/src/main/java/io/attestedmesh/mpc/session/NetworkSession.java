package io.attestedmesh.mpc.session;

import io.attestedmesh.mpc.party.MpcContext;
import io.attestedmesh.mpc.party.Party;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

/**
 * One computation of the parties of a context: messages in rounds, each tagged with the session, its sender and the round.
 *
 * <p>A round begins with {@link #nextRound}, the first one, 0, with the session. In each round a party sends at most one
 * message to each other, and receives at most one of each. Parties need not be in the same round: messages that come early
 * wait, and those of rounds that have passed are dropped. Thread-safe.
 */
public final class NetworkSession implements AutoCloseable {
    private final SessionId id;
    private final Party self;
    private final Mailbox mailbox;
    private final SessionOptions options;
    private final Sessions sessions;
    private final Object sending = new Object();

    NetworkSession(SessionId id, Party self, Mailbox mailbox, SessionOptions options, Sessions sessions) {
        this.id = id;
        this.self = self;
        this.mailbox = mailbox;
        this.options = options;
        this.sessions = sessions;
    }

    public SessionId id() {
        return id;
    }

    public MpcContext context() {
        return mailbox.context();
    }

    /** This node's own party. */
    public Party self() {
        return self;
    }

    /** All other parties, in the order of their ids. */
    public List<Party> others() {
        return mailbox.others().stream().map(one -> one.party).toList();
    }

    /** From 0. */
    public long round() {
        return mailbox.round();
    }

    /** When it fails if it is not completed before. */
    public Instant end() {
        return mailbox.end();
    }

    /**
     * Begins the next round and returns its number. What was not received of the last one is dropped, and whoever still
     * waits for that waits for the next round's message.
     */
    public long nextRound() {
        return mailbox.nextRound();
    }

    /**
     * Sends the message of this round to one party. Returns at once; only if the queue to that party is full, it waits for
     * room, for the time of a round at most.
     *
     * @param value at most as large as the limits say; not to be changed until the stage is complete
     * @return completes when the party has accepted the message, or with a {@link SessionException}
     * @throws SessionException QUEUE_FULL, TOO_LARGE, or why nothing can be sent to that party any more
     */
    public CompletionStage<Delivery> send(int party, byte[] value) throws SessionException, InterruptedException {
        return ForUsers.of(send(mailbox.round(), party, value), sessions.users());
    }

    private CompletableFuture<Delivery> send(long round, int party, byte[] value)
            throws SessionException, InterruptedException {
        requireOpen();
        int most = sessions.limits().messageBytes();
        if (value.length > most) {
            throw new SessionException(
                    SessionReason.TOO_LARGE, id, "at most " + most + " bytes", value.length + " bytes; stream it");
        }
        Correspondent to = mailbox.other(party);
        CompletableFuture<Delivery> sent =
                outlet(to).send(round, value, sessions.now().plus(options.roundTime()));
        count(to, value.length);
        return sent;
    }

    private void count(Correspondent to, long size) {
        synchronized (sending) {
            to.sentMessages++;
            to.sentBytes += size;
        }
    }

    /**
     * Sends a message of any size to one party, as that party takes it. It is the message of this round as another would
     * be, and is read again from where it stopped if a connection breaks.
     *
     * @return completes when the party has received all of it, or with a {@link SessionException}
     * @throws SessionException as {@link #send(int, byte[])}
     */
    public CompletionStage<Delivery> send(int party, MessageSource source)
            throws SessionException, InterruptedException {
        long round = mailbox.round();
        requireOpen();
        Correspondent to = mailbox.other(party);
        CompletableFuture<Delivery> sent =
                outlet(to).stream(round, source, sessions.now().plus(options.roundTime()));
        count(to, source.size());
        return ForUsers.of(sent, sessions.users());
    }

    /** Sends one message to every other party; see {@link #send}. Completes when all have accepted it. */
    public CompletionStage<Void> sendAll(byte[] value) throws SessionException, InterruptedException {
        long round = mailbox.round();
        List<Correspondent> others = mailbox.others();
        CompletableFuture<?>[] all = new CompletableFuture<?>[others.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = send(round, others.get(i).party.id(), value);
        }
        return ForUsers.of(CompletableFuture.allOf(all), sessions.users());
    }

    private Outlet outlet(Correspondent to) throws SessionException {
        synchronized (sending) {
            requireOpen();
            if (to.outlet == null) {
                to.outlet = sessions.outletFor(id, to.party, mailbox.end(), options.trace(), new Answers(to));
            }
            return to.outlet;
        }
    }

    private void requireOpen() throws SessionException {
        Optional<SessionException> over = mailbox.over();
        if (over.isPresent()) {
            throw over.get();
        }
    }

    private final class Answers implements Outlet.Listener {
        private final Correspondent of;

        Answers(Correspondent of) {
            this.of = of;
        }

        @Override
        public void restarted() {
            mailbox.fail(of, SessionException.restarted(id, of.party));
        }

        @Override
        public void gaveUp(SessionException why) {
            mailbox.fail(of, why);
        }
    }

    /**
     * The message of this round from one party; waits for the time of a round.
     *
     * @throws SessionException TIMEOUT, ALREADY_RECEIVED, or why nothing will come
     */
    public byte[] receive(int party) throws SessionException, InterruptedException {
        return await(wait(one(party), options.roundTime()));
    }

    /** As {@link #receive}, without waiting. The stage completes on a thread for users. */
    public CompletableFuture<byte[]> receiveAsync(int party) {
        return forUsers(wait(one(party), options.roundTime()));
    }

    /**
     * The streamed message of this round from one party, into {@code sink} as it comes. It has to come whole within
     * {@code timeout}; if it does not, this round has no message of that party any more.
     *
     * @return its bytes
     * @throws SessionException WRONG_KIND if the party sent bytes, STREAM_FAILED if the sink failed, else as
     *     {@link #receive(int)}
     */
    public long receive(int party, MessageSink sink, Duration timeout) throws SessionException, InterruptedException {
        return await(wait(new Want.Streamed(id, mailbox.other(party), sink), timeout));
    }

    /** As {@link #receive(int, MessageSink, Duration)}, without waiting. The stage completes on a thread for users. */
    public CompletableFuture<Long> receiveAsync(int party, MessageSink sink, Duration timeout) {
        return forUsers(wait(new Want.Streamed(id, mailbox.other(party), sink), timeout));
    }

    /**
     * The messages of all other parties, by party; of those that were not received before in this round. If it fails, those
     * that have come can still be received.
     *
     * @param round the current one
     * @throws SessionException TIMEOUT naming those whose messages are missing, or why one of them will not come
     * @throws IllegalArgumentException if it is another round
     */
    public Map<Integer, byte[]> receiveAll(long round, Duration timeout) throws SessionException, InterruptedException {
        requireCurrent(round);
        return await(wait(all(), timeout));
    }

    /** As {@link #receiveAll}, without waiting. The stage completes on a thread for users. */
    public CompletableFuture<Map<Integer, byte[]>> receiveAllAsync(long round, Duration timeout) {
        requireCurrent(round);
        return forUsers(wait(all(), timeout));
    }

    private void requireCurrent(long round) {
        if (round != mailbox.round()) {
            throw new IllegalArgumentException("round " + round + " is not the current one, " + mailbox.round());
        }
    }

    /** The next message of this round, of whichever party. Throws as {@link #receiveAll}. */
    public Received receiveAny(Duration timeout) throws SessionException, InterruptedException {
        return await(wait(any(), timeout));
    }

    /** As {@link #receiveAny}, without waiting. The stage completes on a thread for users. */
    public CompletableFuture<Received> receiveAnyAsync(Duration timeout) {
        return forUsers(wait(any(), timeout));
    }

    private Want<byte[]> one(int party) {
        return new Want.One(id, mailbox.other(party));
    }

    private Want<Map<Integer, byte[]>> all() {
        return new Want.All(id, mailbox.others());
    }

    private Want<Received> any() {
        return new Want.Any(id, mailbox.others());
    }

    private <T> CompletableFuture<T> wait(Want<T> want, Duration timeout) {
        return mailbox.receive(want, timeout);
    }

    private <T> CompletableFuture<T> forUsers(CompletableFuture<T> inner) {
        return ForUsers.of(inner, sessions.users(), () -> mailbox.giveUp(inner));
    }

    private <T> T await(CompletableFuture<T> waiting) throws SessionException, InterruptedException {
        try {
            return waiting.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SessionException why) {
                throw why;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            if (mailbox.giveUp(waiting)) {
                throw e;
            }
            try {
                return await(waiting); // it came at the same moment, and is not to be lost
            } finally {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** What has gone to a party and come from it so far. */
    public Traffic traffic(int party) {
        Correspondent one = mailbox.other(party);
        synchronized (sending) {
            synchronized (mailbox) {
                return new Traffic(one.sentMessages, one.sentBytes, one.inbox.keptMessages(), one.inbox.keptBytes());
            }
        }
    }

    /** What a party's messages say that its part of the session belongs to; empty if none has said so yet. */
    public Optional<TraceContext> trace(int party) {
        Correspondent one = mailbox.other(party);
        synchronized (mailbox) {
            return one.inbox.trace();
        }
    }

    /**
     * Parties that sent two different messages for one round, each with the first such round. The first message counted;
     * this node knows it, and can prove it to nobody.
     */
    public Map<Party, Long> equivocations() {
        Map<Party, Long> found = new TreeMap<>((a, b) -> Integer.compare(a.id(), b.id()));
        synchronized (mailbox) {
            for (Correspondent one : mailbox.others()) {
                if (one.equivocated >= 0) {
                    found.put(one.party, one.equivocated);
                }
            }
        }
        return found;
    }

    /**
     * Ends it well: messages that wait to be sent still are, what others send is answered by COMPLETED, and the id is never
     * used again. Does nothing if it has ended before.
     */
    public void complete() {
        end(SessionState.COMPLETED, ended("it was completed"));
    }

    /** Ends it, and unless it was completed, without success: others learn that this party gave up. */
    @Override
    public void close() {
        end(SessionState.ABORTED, ended("it was closed"));
    }

    private SessionException ended(String how) {
        return new SessionException(SessionReason.SESSION_ENDED, id, "an open session", how);
    }

    void end(SessionState how, SessionException why) {
        if (!sessions.ended(id, mailbox, how)) {
            return;
        }
        mailbox.end(why);
        synchronized (sending) {
            for (Correspondent one : mailbox.others()) {
                if (one.outlet != null) {
                    one.outlet.close(how == SessionState.COMPLETED, why);
                }
            }
        }
    }

    @Override
    public String toString() {
        return "session " + id + " of context " + context().name() + ", round " + round();
    }
}
