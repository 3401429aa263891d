package io.attestedmesh.voting.replica;

import io.attestedmesh.voting.statement.TransactionId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What a replica remembers of one other node while it runs. */
final class Peer {
    /** Statements that may be under way to a node. */
    private static final long WINDOW = 4096;

    /** Statements of a node that are acknowledged together, at most: a cursor costs it a verification. */
    private static final int PATIENCE = 256;

    /** So many times the pause between questions while one is not answered: it, or its answer, may be lost. */
    private static final int UNANSWERED = 8;

    /** So many times the grace are for a node that talks, and has not come to the question. */
    private static final int BUSY = 6;

    private final String name;
    private boolean connected;
    private boolean calls;
    private boolean hasSaid;
    private long sent;
    private long acknowledged;
    private Instant progress = Instant.MIN;
    private Instant lastHeard = Instant.EPOCH;
    private boolean owesCursor;
    private int heardSinceCursor;
    private final Map<String, Set<TransactionId>> toAsk = new TreeMap<>(); // by opener, none empty
    private Instant lastAsked = Instant.EPOCH;
    private Optional<Instant> askedSince = Optional.empty();

    Peer(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    void connected(Instant now) {
        connected = true;
        sent = acknowledged;
        progress = now;
        heardSinceCursor = PATIENCE;
        owesCursor = true;
        askedSince = Optional.empty();
    }

    void disconnected() {
        connected = false;
        toAsk.clear();
        askedSince = Optional.empty();
    }

    /** Whether its own connection to this node works, by which it would answer. */
    void calls(boolean now) {
        calls = now;
        askedSince = Optional.empty();
    }

    boolean isConnected() {
        return connected;
    }

    /** It has own statements up to {@code sequence}. */
    void acknowledge(long sequence, Instant now) {
        boolean back = hasSaid && sequence < acknowledged; // its disk went back, or it wants to be sent much for little
        if (!hasSaid) {
            sent = sequence;
        }
        hasSaid = true;
        acknowledged = sequence;
        sent = Math.max(sent, sequence);
        if (!back) {
            progress = now; // else it is sent again once it has made none for a while
        }
    }

    /** Whether it has said, since this node started, what it has of its statements. */
    boolean hasSaid() {
        return hasSaid;
    }

    long acknowledged() {
        return acknowledged;
    }

    /** The next own statement to send, if one up to {@code last} may be. */
    Optional<Long> next(long last) {
        return connected && hasSaid && sent < last && sent - acknowledged < WINDOW
                ? Optional.of(sent + 1)
                : Optional.empty();
    }

    void sent(long sequence) {
        sent = sequence;
    }

    /** Goes back to what it has if it acknowledges nothing of what is under way. */
    void resendIfStuck(Duration after, Instant now) {
        if (sent > acknowledged && !now.isBefore(progress.plus(after))) {
            sent = acknowledged;
            progress = now;
        }
    }

    /** It has said one more thing, and has to be told so: at the next tick, or once there are many. */
    void oweCursor() {
        owesCursor = true;
        heardSinceCursor++;
    }

    /** If it waits for its cursor, it does so no longer. */
    void ticked() {
        if (owesCursor) {
            heardSinceCursor = PATIENCE;
        }
    }

    /** Whether it should be told now how much of its statements is here; it is then. */
    boolean payCursor() {
        boolean due = owesCursor && connected && heardSinceCursor >= PATIENCE;
        if (due) {
            owesCursor = false;
            heardSinceCursor = 0;
        }
        return due;
    }

    /** It, which is connected, is to be asked about this one too. */
    void toAsk(Ballot ballot) {
        boolean unused = toAsk.computeIfAbsent(ballot.opener(), opener -> new LinkedHashSet<>())
                .add(ballot.transaction());
    }

    /** There is nothing more to be asked about it. */
    void notToAsk(Ballot ballot) {
        toAsk.computeIfPresent(ballot.opener(), (opener, transactions) -> {
            boolean unused = transactions.remove(ballot.transaction());
            return transactions.isEmpty() ? null : transactions;
        });
    }

    /**
     * What it is asked about now, {@code most} at most, in turn of those that each node opened: one that opens many holds up its
     * own. Nothing within {@code pause} of the question before, and much later while that is not answered: who is slow would get
     * slower.
     */
    List<TransactionId> question(int most, Duration pause, Instant now) {
        Duration wait = askedSince.isPresent() ? pause.multipliedBy(UNANSWERED) : pause;
        if (!connected || now.isBefore(lastAsked.plus(wait))) {
            return List.of();
        }
        List<TransactionId> question = new ArrayList<>();
        while (!toAsk.isEmpty() && question.size() < most) {
            Iterator<Set<TransactionId>> openers = toAsk.values().iterator();
            while (openers.hasNext() && question.size() < most) {
                Set<TransactionId> opened = openers.next();
                Iterator<TransactionId> oldest = opened.iterator();
                question.add(oldest.next());
                oldest.remove();
                if (opened.isEmpty()) {
                    openers.remove();
                }
            }
        }
        if (!question.isEmpty()) {
            lastAsked = now;
            askedSince = calls ? askedSince.or(() -> Optional.of(now)) : Optional.empty();
        }
        return question;
    }

    void answered() {
        askedSince = Optional.empty();
    }

    /** It said something, whatever it is. */
    void heard(Instant now) {
        lastHeard = now;
    }

    /** What was asked counts as asked now. */
    void askedAnew(Instant now) {
        lastAsked = Instant.EPOCH; // whatever the clock said then
        askedSince = askedSince.map(before -> now);
        progress = progress.isAfter(now) ? now : progress;
    }

    /**
     * Whether it has let a question lie for so long, and said nothing else either; or for much longer, whatever it said. Asked
     * again, it has the time again.
     */
    boolean isSilent(Duration grace, Instant now) {
        boolean silent = askedSince.isPresent()
                && now.isAfter(askedSince.get().plus(grace))
                && (now.isAfter(lastHeard.plus(grace))
                        || now.isAfter(askedSince.get().plus(grace.multipliedBy(BUSY))));
        if (silent) {
            askedSince = Optional.empty();
        }
        return silent;
    }
}
