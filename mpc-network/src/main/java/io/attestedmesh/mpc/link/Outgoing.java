package io.attestedmesh.mpc.link;

import io.attestedmesh.mpc.session.Delivery;
import io.attestedmesh.mpc.session.SessionId;
import io.attestedmesh.mpc.session.Tag;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/** One message on its way. */
public final class Outgoing {
    /** What a message costs beside its bytes. */
    static final int OVERHEAD = 128;

    private final Outbox outbox;
    private final long round;
    private final byte[] value;
    private final Instant giveUp;
    private final CompletableFuture<Delivery> result = new CompletableFuture<>();
    private long sequence;

    Outgoing(Outbox outbox, long round, byte[] value, Instant giveUp) {
        this.outbox = outbox;
        this.round = round;
        this.value = value;
        this.giveUp = giveUp;
    }

    /** Gives it its place among the messages of its session to its party. */
    void number(long place) {
        sequence = place;
    }

    public SessionId session() {
        return outbox.session();
    }

    public Tag tag() {
        return new Tag(outbox.session(), round, sequence);
    }

    public long round() {
        return round;
    }

    public long sequence() {
        return sequence;
    }

    /** The message itself, which nobody may change. */
    public byte[] value() {
        return value;
    }

    Outbox outbox() {
        return outbox;
    }

    Instant giveUp() {
        return giveUp;
    }

    CompletableFuture<Delivery> result() {
        return result;
    }

    long cost() {
        return (long) value.length + OVERHEAD;
    }
}
