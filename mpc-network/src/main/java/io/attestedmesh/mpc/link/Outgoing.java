package io.attestedmesh.mpc.link;

import io.attestedmesh.mpc.session.Delivery;
import io.attestedmesh.mpc.session.MessageSource;
import io.attestedmesh.mpc.session.SessionId;
import io.attestedmesh.mpc.session.TraceContext;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One message on its way. */
public final class Outgoing {
    /** What a message costs beside its bytes. */
    static final int OVERHEAD = 128;

    private static final byte[] NONE = {};

    private final Outbox outbox;
    private final long round;
    private final byte[] value;
    private final Optional<MessageSource> source;
    private final Instant giveUp;
    private final CompletableFuture<Delivery> result = new CompletableFuture<>();
    private long sequence;
    private Runnable abandon = () -> {};

    Outgoing(Outbox outbox, long round, byte[] value, Instant giveUp) {
        this.outbox = outbox;
        this.round = round;
        this.value = value;
        this.source = Optional.empty();
        this.giveUp = giveUp;
    }

    Outgoing(Outbox outbox, long round, MessageSource source, Instant giveUp) {
        this.outbox = outbox;
        this.round = round;
        this.value = NONE;
        this.source = Optional.of(source);
        this.giveUp = giveUp;
    }

    /** Gives it its place among the messages of its session to its party. */
    void number(long place) {
        sequence = place;
    }

    public SessionId session() {
        return outbox.session();
    }

    public Optional<TraceContext> trace() {
        return outbox.trace();
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

    /** Where it comes from if it is streamed; then there is no value. */
    public Optional<MessageSource> source() {
        return source;
    }

    public long size() {
        return source.map(MessageSource::size).orElse((long) value.length);
    }

    /** True if it is too much for a batch. */
    public boolean isLarge() {
        return source.isPresent() || value.length > PeerLink.LARGE;
    }

    /** What to do if nobody wants it any more while it is under way. */
    public void onAbandon(Runnable task) {
        abandon = task;
    }

    void abandon() {
        abandon.run();
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
