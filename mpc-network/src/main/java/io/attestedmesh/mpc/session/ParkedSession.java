package io.attestedmesh.mpc.session;

import io.attestedmesh.attest.tls.PeerIdentity;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/** Messages of a session that this node has not opened. Thread-safe. */
final class ParkedSession implements Entry {
    /** What one sender has here. */
    record Waiting(Origin from, Inbox inbox) {}

    private final Function<PeerIdentity, Inbox> inboxes;
    private final BiConsumer<PeerIdentity, Inbox> kept;
    private final Map<PeerIdentity, Waiting> waiting = new HashMap<>(4);
    private boolean closed;

    /**
     * @param inboxes makes one for a sender, or none ({@code null}) if it has too many sessions waiting
     * @param kept hears of the first message of a sender that is kept here
     */
    ParkedSession(Function<PeerIdentity, Inbox> inboxes, BiConsumer<PeerIdentity, Inbox> kept) {
        this.inboxes = inboxes;
        this.kept = kept;
    }

    @Override
    public Optional<Acceptance> accept(Origin from, Tag tag, byte[] value, Consumer<SessionId> room) {
        return with(from, inbox -> inbox.accept(from.incarnation(), tag, value, room));
    }

    @Override
    public Optional<Acceptance> open(
            Origin from, Tag tag, long size, Arriving.Stream stream, Consumer<Arriving> coming) {
        return with(from, inbox -> inbox.open(from.incarnation(), tag, size, stream, coming));
    }

    private synchronized Optional<Acceptance> with(Origin from, Function<Inbox, Acceptance> message) {
        if (closed) {
            return Optional.empty();
        }
        Waiting known = waiting.get(from.identity());
        if (known != null) {
            return Optional.of(message.apply(known.inbox()));
        }
        Inbox fresh = inboxes.apply(from.identity());
        if (fresh == null) {
            return Optional.of(Acceptance.TOO_MANY_SESSIONS);
        }
        Acceptance verdict = message.apply(fresh);
        if (fresh.size() > 0) {
            waiting.put(from.identity(), new Waiting(from, fresh));
            kept.accept(from.identity(), fresh);
        } else {
            fresh.clear(SessionMeters.Drop.SESSION_ENDED);
        }
        return Optional.of(verdict);
    }

    @Override
    public synchronized Optional<Acceptance> preview(Origin from, Tag tag, int size) {
        return Optional.ofNullable(waiting.get(from.identity()))
                .flatMap(known -> known.inbox().preview(from.incarnation(), tag, size));
    }

    @Override
    public synchronized Optional<Acceptance> judge(Origin from, Tag tag, int size) {
        return Optional.ofNullable(waiting.get(from.identity()))
                .flatMap(known -> known.inbox().judge(from.incarnation(), tag, size));
    }

    /** Discards this inbox of a sender, if it is still here. */
    synchronized void discard(PeerIdentity sender, Inbox inbox) {
        Waiting old = waiting.get(sender);
        if (!closed && old != null && old.inbox() == inbox) {
            waiting.remove(sender);
            inbox.clear(SessionMeters.Drop.PARKED_TOO_LONG);
        }
    }

    /** Closes it if there is nothing in it; true if it is closed then. */
    synchronized boolean closeIfEmpty() {
        closed |= waiting.isEmpty();
        return closed;
    }

    /** Closes it, and hands over what is in it. */
    synchronized Map<PeerIdentity, Waiting> close() {
        closed = true;
        return Map.copyOf(waiting);
    }
}
