package io.attestedmesh.mpc.session;

import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.mpc.party.Contexts;
import io.attestedmesh.mpc.party.MpcContext;
import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.mpc.session.ParkedSession.Waiting;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * All sessions of a node: open ones, those that others have begun and this node has not, and those that have ended.
 * Thread-safe.
 */
public final class Sessions {
    private final PeerIdentity self;
    private final Contexts contexts;
    private final SessionLimits limits;
    private final Timing timing;
    private final SessionMeters meters;
    private final Outlet.Factory outlets;
    private final Map<SessionId, Entry> entries = new ConcurrentHashMap<>();
    private final Map<SessionId, NetworkSession> open = new ConcurrentHashMap<>();
    private final Map<PeerIdentity, Account> accounts = new ConcurrentHashMap<>();
    private final Map<Inbox, Parked> parked = Collections.synchronizedMap(new LinkedHashMap<>());
    private final Queue<Remembered> ended = new ConcurrentLinkedQueue<>();
    private final AtomicInteger endedCount = new AtomicInteger();
    private final AtomicInteger openCount = new AtomicInteger();
    private volatile boolean stopped;

    private record Parked(SessionId id, PeerIdentity sender, Instant until) {}

    private record Remembered(SessionId id, Instant until) {}

    public Sessions(
            PeerIdentity self,
            Contexts contexts,
            SessionLimits limits,
            Timing timing,
            MeterRegistry registry,
            Outlet.Factory outlets) {
        this.self = self;
        this.contexts = contexts;
        this.limits = limits;
        this.timing = timing;
        this.meters = new SessionMeters(registry);
        this.outlets = outlets;
        meters.gauge("amesh.mpc.sessions.open", openCount, AtomicInteger::get);
        meters.gauge("amesh.mpc.sessions.parked", this, Sessions::parked);
        meters.gauge("amesh.mpc.sessions.remembered", endedCount, AtomicInteger::get);
        meters.gauge(
                "amesh.mpc.inbox.bytes",
                accounts,
                all -> all.values().stream().mapToDouble(Account::bytes).sum());
    }

    /**
     * Opens a session; what others have sent for it already is there at once.
     *
     * @throws SessionException ID_USED, UNKNOWN_CONTEXT, NOT_A_PARTY, TOO_MANY_SESSIONS or SHUT_DOWN
     */
    public NetworkSession open(SessionId id, String contextName, SessionOptions options) throws SessionException {
        MpcContext context = contexts.context(contextName)
                .orElseThrow(() -> new SessionException(
                        SessionReason.UNKNOWN_CONTEXT, id, "a context of this node", "none has that name"));
        Party own = context.party(self)
                .orElseThrow(() -> new SessionException(
                        SessionReason.NOT_A_PARTY, id, "a context that " + self + " is in", context.toString()));
        if (openCount.incrementAndGet() > limits.openSessions()) {
            openCount.decrementAndGet();
            throw new SessionException(
                    SessionReason.TOO_MANY_SESSIONS,
                    id,
                    "at most " + limits.openSessions() + " open sessions",
                    "as many as that");
        }
        NetworkSession[] opened = new NetworkSession[1];
        entries.compute(id, (key, before) -> {
            if (before != null && !(before instanceof ParkedSession)) {
                return before;
            }
            Map<PeerIdentity, Waiting> waiting = before instanceof ParkedSession session ? session.close() : Map.of();
            Mailbox mailbox = new Mailbox(
                    id, context, others(context, own, waiting), timing, meters, now().plus(options.lifetime()));
            opened[0] = new NetworkSession(id, own, mailbox, options, this);
            open.put(id, opened[0]);
            return mailbox;
        });
        if (opened[0] == null) {
            openCount.decrementAndGet();
            throw new SessionException(SessionReason.ID_USED, id, "an id that was never used", "it was");
        }
        // looked at after it is in the table, where whoever stops sessions or changes contexts finds it
        if (stopped) {
            throw aborted(opened[0], stopping(id));
        }
        if (!isCurrent(context)) {
            throw aborted(opened[0], removed(opened[0]));
        }
        return opened[0];
    }

    private static SessionException aborted(NetworkSession session, SessionException why) {
        session.end(SessionState.ABORTED, why);
        return why;
    }

    private boolean isCurrent(MpcContext context) {
        return contexts.context(context.name()).equals(Optional.of(context));
    }

    private static SessionException removed(NetworkSession session) {
        return new SessionException(
                SessionReason.UNKNOWN_CONTEXT,
                session.id(),
                "context " + session.context().name(),
                "it was removed or changed while the session was open");
    }

    private List<Correspondent> others(MpcContext context, Party own, Map<PeerIdentity, Waiting> waiting) {
        List<Correspondent> others = new ArrayList<>(context.parties().size() - 1);
        for (Party party : context.parties()) {
            Waiting there = waiting.get(party.identity());
            boolean fits = there != null && party.mayRun(there.from().proved());
            if (!party.equals(own)) {
                others.add(new Correspondent(party, fits ? there.inbox() : inbox(party.identity(), false)));
            }
            if (there != null && fits && !party.equals(own)) {
                there.inbox().unpark();
            } else if (there != null) {
                there.inbox().clear(SessionMeters.Drop.NOT_IN_CONTEXT);
            }
        }
        waiting.forEach((sender, there) -> {
            parked.remove(there.inbox());
            if (context.party(sender).isEmpty()) {
                there.inbox().clear(SessionMeters.Drop.NOT_IN_CONTEXT);
            }
        });
        return List.copyOf(others);
    }

    private Inbox inbox(PeerIdentity sender, boolean forParking) {
        return new Inbox(limits, account(sender), meters, forParking);
    }

    private Account account(PeerIdentity sender) {
        return accounts.computeIfAbsent(sender, key -> new Account(limits));
    }

    /**
     * Answers a message of a sender whose identity has been compared with its certificate.
     *
     * @param room is told once there is room after {@link Acceptance#later}, on any thread; it must not block
     */
    public Acceptance accept(Origin from, Tag tag, byte[] value, Consumer<SessionId> room) {
        Acceptance verdict = verdict(from, tag, value, room);
        meters.answered(verdict);
        return verdict;
    }

    /**
     * What would be said of a message of that size whatever is in it; empty if it may come. Then its bytes are set aside,
     * until {@link #giveBack}.
     */
    public Optional<Acceptance> reserve(Origin from, Tag tag, int size) {
        List<Party> roles = contexts.partiesOf(from.identity());
        Optional<Acceptance> early = Optional.empty();
        Entry entry = entries.get(tag.session());
        if (roles.isEmpty()) {
            early = Optional.of(Acceptance.UNKNOWN_PARTY);
        } else if (size > limits.messageBytes()) {
            early = Optional.of(Acceptance.TOO_LARGE);
        } else if (entry != null) {
            early = entry.preview(from, tag, size);
        }
        if (early.isEmpty() && !account(from.identity()).take(size)) {
            Optional<Acceptance> known = entry == null ? Optional.empty() : entry.judge(from, tag, size);
            early = Optional.of(known.orElse(Acceptance.NO_ROOM));
        }
        early.ifPresent(meters::answered);
        return early;
    }

    public void giveBack(PeerIdentity sender, int size) {
        account(sender).give(size);
    }

    private Acceptance verdict(Origin from, Tag tag, byte[] value, Consumer<SessionId> room) {
        return verdict(from, tag, entry -> entry.accept(from, tag, value, room));
    }

    /**
     * A streamed message of a sender whose identity has been compared with its certificate is about to come.
     *
     * @param stream hears when to begin, or that it need not; {@code coming} hears before that what it is part of
     * @return {@link Acceptance#ACCEPTED} if it may come
     */
    public Acceptance open(Origin from, Tag tag, long size, Arriving.Stream stream, Consumer<Arriving> coming) {
        Acceptance verdict = verdict(from, tag, entry -> entry.open(from, tag, size, stream, coming));
        meters.answered(verdict);
        return verdict;
    }

    /** It has come whole; true if its receiver has it. */
    public boolean finish(Origin from, Tag tag, Arriving message, Arriving.Stream stream) {
        return entries.get(tag.session()) instanceof Mailbox session && session.finish(from, tag, message, stream);
    }

    /** After {@link Arriving#add} has failed: tells its receiver. */
    public void failed(Tag tag) {
        if (entries.get(tag.session()) instanceof Mailbox session) {
            session.look();
        }
    }

    private Acceptance verdict(Origin from, Tag tag, Function<Entry, Optional<Acceptance>> message) {
        List<Party> roles = contexts.partiesOf(from.identity());
        if (roles.isEmpty()) {
            return Acceptance.UNKNOWN_PARTY;
        }
        while (true) {
            Entry entry = entries.get(tag.session());
            if (entry == null) {
                if (roles.stream().noneMatch(role -> role.mayRun(from.proved()))) {
                    return Acceptance.WRONG_RELEASE;
                }
                entry = entries.computeIfAbsent(tag.session(), this::park);
            }
            Optional<Acceptance> verdict = message.apply(entry);
            if (entry instanceof ParkedSession session && session.closeIfEmpty()) {
                entries.remove(tag.session(), session);
            }
            if (verdict.isPresent()) {
                return verdict.get();
            }
        }
    }

    private Entry park(SessionId id) {
        return new ParkedSession(
                sender -> account(sender).parkSession() ? inbox(sender, true) : null,
                (sender, inbox) -> parked.put(inbox, new Parked(id, sender, now().plus(limits.parkedLife()))));
    }

    /** To be called every second or so: ends and forgets what has had its time. */
    public void tick() {
        Instant now = now();
        for (NetworkSession session : open.values()) {
            if (!now.isBefore(session.end())) {
                session.end(
                        SessionState.ABORTED,
                        new SessionException(
                                SessionReason.SESSION_EXPIRED,
                                session.id(),
                                "an end before " + session.end(),
                                "it was still in round " + session.round()));
            }
        }
        parkedUntil(now).forEach(this::discard);
        for (Remembered next = ended.peek(); next != null && !now.isBefore(next.until()); next = ended.peek()) {
            forget(next);
        }
    }

    private Map<Inbox, Parked> parkedUntil(Instant now) {
        Map<Inbox, Parked> old = new LinkedHashMap<>();
        synchronized (parked) {
            Iterator<Map.Entry<Inbox, Parked>> all = parked.entrySet().iterator();
            while (all.hasNext()) {
                Map.Entry<Inbox, Parked> next = all.next();
                if (now.isBefore(next.getValue().until())) {
                    break; // and those behind it have come later
                }
                old.put(next.getKey(), next.getValue());
                all.remove();
            }
        }
        return old;
    }

    private void discard(Inbox inbox, Parked old) {
        if (entries.get(old.id()) instanceof ParkedSession session) {
            session.discard(old.sender(), inbox);
            if (session.closeIfEmpty()) {
                entries.remove(old.id(), session);
            }
        }
    }

    private void forget(Remembered oldest) {
        if (ended.remove(oldest)) {
            entries.remove(oldest.id());
            endedCount.decrementAndGet();
        }
    }

    /** False if it had ended before. */
    boolean ended(SessionId id, Mailbox mailbox, SessionState how) {
        Entry remains = new Entry.Ended(how);
        if (!entries.replace(id, mailbox, remains)) {
            return false;
        }
        open.remove(id);
        openCount.decrementAndGet();
        meters.ended(how);
        ended.add(new Remembered(id, now().plus(limits.endedLife())));
        if (endedCount.incrementAndGet() > limits.endedSessions()) {
            Optional.ofNullable(ended.peek()).ifPresent(this::forget);
        }
        return true;
    }

    /** Ends the sessions of contexts that are gone. To be called when contexts have changed. */
    public void contextsChanged() {
        for (NetworkSession session : open.values()) {
            if (!isCurrent(session.context())) {
                session.end(SessionState.ABORTED, removed(session));
            }
        }
        // what is still on an account has to go back to the same one
        accounts.entrySet()
                .removeIf(each -> contexts.partiesOf(each.getKey()).isEmpty()
                        && each.getValue().isEmpty());
    }

    /** Ends all, which then say why, and opens no more. */
    public void shutDown() {
        stopped = true;
        for (NetworkSession session : open.values()) {
            session.end(SessionState.ABORTED, stopping(session.id()));
        }
    }

    private static SessionException stopping(SessionId id) {
        return new SessionException(SessionReason.SHUT_DOWN, id, "a running node", "it is stopping");
    }

    /** Those that are open now. */
    public List<NetworkSession> openSessions() {
        return List.copyOf(open.values());
    }

    /** True while the session is open here. */
    public boolean isOpen(SessionId id) {
        return open.containsKey(id);
    }

    /** How many sessions of others wait here to be opened, counted for each of their senders. */
    public int parked() {
        return accounts.values().stream().mapToInt(Account::parked).sum();
    }

    SessionLimits limits() {
        return limits;
    }

    Instant now() {
        return timing.clock().instant();
    }

    Executor users() {
        return timing.users();
    }

    Outlet outletFor(SessionId id, Party to, Instant end, Optional<TraceContext> trace, Outlet.Listener listener) {
        return outlets.open(id, to, end, trace, listener);
    }
}
