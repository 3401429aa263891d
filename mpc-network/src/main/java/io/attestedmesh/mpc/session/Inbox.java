package io.attestedmesh.mpc.session;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.LongPredicate;

/**
 * What one party has sent in one session and nobody has taken yet: one message a round, those of future rounds within
 * bounds. Not thread-safe: its owner locks.
 */
final class Inbox {
    /** What a message costs beside its bytes, so that empty ones are not free. */
    static final int OVERHEAD = 64;
    /** What a streamed one costs: a call that waits. */
    private static final int CALL = 16 << 10;

    private static final byte[] STREAMED = {};
    private static final byte[] FAILED = {};

    private final SessionLimits limits;
    private final Account account;
    private final SessionMeters meters;
    private UUID incarnation;
    private long round;
    private long nextSequence = 1;
    private byte[] current;
    private byte[] taken;
    private Map<Long, byte[]> ahead;
    private Map<Long, Arriving> streams;
    private long bytes;
    private boolean parked;
    private Consumer<SessionId> whenRoom;
    private TraceContext trace;
    private long keptMessages;
    private long keptBytes;

    /** @param parked whether it belongs to a session that is not open yet */
    Inbox(SessionLimits limits, Account account, SessionMeters meters, boolean parked) {
        this.limits = limits;
        this.account = account;
        this.meters = meters;
        this.parked = parked;
    }

    /** Keeps the message, or says why not; {@code room} is told once there is room after {@link Acceptance#later}. */
    Acceptance accept(UUID from, Tag tag, byte[] value, Consumer<SessionId> room) {
        if (contradicts(from, tag, value)) {
            return compared(false);
        }
        Acceptance verdict = judge(from, tag, value.length).orElseGet(() -> numbered(from, tag, keep(tag, value)));
        if (verdict == Acceptance.NO_ROOM || verdict == Acceptance.TOO_FAR_AHEAD) {
            whenRoom = room; // a sender has one stream: the latest
        }
        return verdict;
    }

    /** True if it has the number of a message that was accepted for the same round, and is another one. */
    private boolean contradicts(UUID from, Tag tag, byte[] value) {
        return isComparable(from, tag) && !isKept(tag.round(), value);
    }

    /** True if it has the number of a message that was accepted, and what came for its round is known. */
    private boolean isComparable(UUID from, Tag tag) {
        boolean digested = tag.round() == round && taken != null && taken.length > 0;
        return isRepeated(tag) && from.equals(incarnation) && (digested || whole(tag.round()) != null);
    }

    /** True if it is the message that came for that round, where one came: it was taken, or is here. */
    private boolean isKept(long ofRound, byte[] value) {
        if (ofRound == round && taken != null) {
            return MessageDigest.isEqual(taken, digest(value));
        }
        return MessageDigest.isEqual(whole(ofRound), value);
    }

    /** A message that was answered for good has used up its number. */
    private Acceptance numbered(UUID from, Tag tag, Acceptance verdict) {
        if (!verdict.later() && !isRepeated(tag) && verdict != Acceptance.OTHER_INCARNATION) {
            incarnation = from;
            nextSequence++;
        }
        return verdict;
    }

    private boolean isRepeated(Tag tag) {
        return tag.sequence() != Tag.NO_SEQUENCE && tag.sequence() < nextSequence;
    }

    /**
     * What is said of a message of that size whatever is in it; empty if that depends, as it does on one that was accepted
     * before and can be compared.
     */
    Optional<Acceptance> preview(UUID from, Tag tag, int size) {
        return isComparable(from, tag) ? Optional.empty() : judge(from, tag, size);
    }

    /** What is said of a message of that size whatever is in it; that is its answer then. */
    Optional<Acceptance> judge(UUID from, Tag tag, int size) {
        return early(from, tag, size).map(verdict -> numbered(from, tag, verdict));
    }

    private Optional<Acceptance> early(UUID from, Tag tag, int size) {
        if (incarnation != null && !incarnation.equals(from)) {
            return Optional.of(Acceptance.OTHER_INCARNATION);
        }
        if (isRepeated(tag)) {
            meters.dropped(SessionMeters.Drop.REPEATED);
            return Optional.of(Acceptance.ACCEPTED);
        }
        if (tag.sequence() > nextSequence) {
            return Optional.of(Acceptance.OUT_OF_ORDER);
        }
        if (size > limits.messageBytes()) {
            return Optional.of(Acceptance.TOO_LARGE);
        }
        if (tag.round() < round) {
            meters.dropped(SessionMeters.Drop.STALE);
            return Optional.of(Acceptance.ACCEPTED);
        }
        return tag.round() > round + limits.futureRounds() ? Optional.of(Acceptance.TOO_FAR_AHEAD) : Optional.empty();
    }

    private Acceptance keep(Tag tag, byte[] value) {
        boolean now = tag.round() == round;
        if ((now && taken != null) || whole(tag.round()) != null) {
            return compared(isKept(tag.round(), value));
        }
        if (stream(tag.round()) != null) {
            return compared(false);
        }
        if (!charge(cost(value), now)) {
            return Acceptance.NO_ROOM;
        }
        if (now) {
            current = value;
        } else {
            if (ahead == null) {
                ahead = new HashMap<>(4);
            }
            ahead.put(tag.round(), value);
        }
        count(tag, value.length);
        return Acceptance.ACCEPTED;
    }

    private void count(Tag tag, long size) {
        keptMessages++;
        keptBytes += size;
        if (trace == null) {
            trace = tag.trace().orElse(null);
        }
    }

    /** What the first message that told one told; empty if none has. */
    Optional<TraceContext> trace() {
        return Optional.ofNullable(trace);
    }

    /** Messages that were kept, taken or not. */
    long keptMessages() {
        return keptMessages;
    }

    /** Their bytes. */
    long keptBytes() {
        return keptBytes;
    }

    private byte[] whole(long ofRound) {
        if (ofRound == round) {
            return current;
        }
        return ahead == null ? null : ahead.get(ofRound);
    }

    private Arriving stream(long ofRound) {
        return streams == null ? null : streams.get(ofRound);
    }

    private boolean charge(long cost, boolean now) {
        // the message that the session waits for may exceed what messages before their time have left
        boolean full = !now && bytes + cost > limits.inboxBytes();
        if (full || !(parked ? account.park(cost) : account.take(cost))) {
            return false;
        }
        bytes += cost;
        return true;
    }

    /**
     * A streamed message is coming: it goes on where it stopped if it came in part before.
     *
     * @return {@link Acceptance#ACCEPTED} if {@code stream} will hear when to begin, or that it need not
     */
    Acceptance open(UUID from, Tag tag, long size, Arriving.Stream stream, Consumer<Arriving> coming) {
        Optional<Acceptance> early = judge(from, tag, 0);
        if (early.isPresent()) {
            return early.get();
        }
        if (tag.round() == round && taken == FAILED) {
            return Acceptance.SINK_FAILED; // its sender may not have heard of it
        }
        Arriving known = stream(tag.round());
        boolean other = known != null && known.size() != size;
        if (other || whole(tag.round()) != null || (tag.round() == round && taken != null)) {
            return compared(false);
        }
        if (known == null) {
            if (!charge(CALL, tag.round() == round)) {
                return Acceptance.NO_ROOM;
            }
            known = new Arriving(size);
            if (streams == null) {
                streams = new HashMap<>(4);
            }
            streams.put(tag.round(), known);
        }
        incarnation = from;
        coming.accept(known);
        known.over(stream);
        return Acceptance.ACCEPTED;
    }

    /** It came whole: true if it is of the current round, as it has to be to have been received. */
    boolean finish(Tag tag, Arriving message) {
        if (tag.round() != round || stream(round) != message) {
            return false;
        }
        nextSequence++;
        count(tag, message.size());
        return true;
    }

    /** The streamed message of the current round, if one is coming. */
    Optional<Arriving> streamed() {
        return Optional.ofNullable(stream(round));
    }

    /** It was received. */
    void takeStreamed() {
        endStream(STREAMED);
    }

    /** It could not be received, and there is no second attempt. */
    void failStreamed() {
        endStream(FAILED);
    }

    private void endStream(byte[] how) {
        streams.remove(round);
        taken = how;
        release(CALL);
    }

    private Acceptance compared(boolean same) {
        meters.dropped(same ? SessionMeters.Drop.DUPLICATE : SessionMeters.Drop.EQUIVOCATION);
        return same ? Acceptance.ACCEPTED : Acceptance.EQUIVOCATION;
    }

    /** Who waits for room, once. */
    Optional<Consumer<SessionId>> waitingForRoom() {
        Optional<Consumer<SessionId>> waiting = Optional.ofNullable(whenRoom);
        whenRoom = null;
        return waiting;
    }

    /** True if the message of the current round is here and was not taken. */
    boolean hasCurrent() {
        return current != null;
    }

    boolean wasTaken() {
        return taken != null;
    }

    /** The message of the current round, which must be here. */
    byte[] take() {
        byte[] value = current;
        current = null;
        taken = digest(value);
        release(cost(value));
        return value;
    }

    /** Goes to a later round, and drops what belongs to the rounds before. */
    void advance(long next) {
        if (current != null) {
            drop(current, SessionMeters.Drop.STALE);
            current = null;
        }
        taken = null;
        round = next;
        refuseStreams(before -> before < next, Acceptance.SINK_FAILED);
        if (ahead == null) {
            return;
        }
        for (Iterator<Map.Entry<Long, byte[]>> all = ahead.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<Long, byte[]> entry = all.next();
            if (entry.getKey() < next) {
                drop(entry.getValue(), SessionMeters.Drop.STALE);
                all.remove();
            } else if (entry.getKey() == next) {
                current = entry.getValue();
                all.remove();
            }
        }
        if (ahead.isEmpty()) {
            ahead = null;
        }
    }

    private void refuseStreams(LongPredicate rounds, Acceptance why) {
        if (streams == null) {
            return;
        }
        streams.entrySet().removeIf(entry -> {
            if (!rounds.test(entry.getKey())) {
                return false;
            }
            entry.getValue().refuse(why);
            release(CALL);
            return true;
        });
    }

    /** The session has been opened. */
    void unpark() {
        parked = false;
        account.unpark(bytes);
        account.unparkSession();
    }

    /** Throws away all that is here. */
    void clear(SessionMeters.Drop why) {
        if (current != null) {
            drop(current, why);
            current = null;
        }
        if (ahead != null) {
            ahead.values().forEach(value -> drop(value, why));
            ahead = null;
        }
        refuseStreams(any -> true, Acceptance.SESSION_ABORTED);
        if (parked) {
            account.unparkSession();
            parked = false;
        }
    }

    private void drop(byte[] value, SessionMeters.Drop why) {
        release(cost(value));
        meters.dropped(why);
    }

    private void release(long cost) {
        bytes -= cost;
        if (parked) {
            account.unpark(cost);
        }
        account.give(cost);
    }

    /** How many messages are here. */
    int size() {
        return (current == null ? 0 : 1) + (ahead == null ? 0 : ahead.size()) + (streams == null ? 0 : streams.size());
    }

    private static long cost(byte[] value) {
        return (long) value.length + OVERHEAD;
    }

    private static byte[] digest(byte[] value) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(value);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
