package io.attestedmesh.voting.replica;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What a replica remembers of one other node while it runs. */
final class Peer {
    /** Statements that may be under way to a node. */
    private static final long WINDOW = 4096;

    /** Statements of a node that are acknowledged together, at most: a cursor costs it a verification. */
    private static final int PATIENCE = 256;

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

    void asked(Instant now) {
        if (askedSince.isEmpty() && calls) {
            askedSince = Optional.of(now);
        }
    }

    /** Whether it has not come to the last question yet: who is slow gets slower by more of them. */
    boolean isAsked() {
        return askedSince.isPresent();
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
        askedSince = askedSince.map(before -> now);
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
