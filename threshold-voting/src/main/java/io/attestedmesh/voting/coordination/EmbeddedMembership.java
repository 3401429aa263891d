package io.attestedmesh.voting.coordination;

import io.attestedmesh.attest.evidence.Bytes;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A lease in the file, renewed by a thread of its own three times within its life. */
final class EmbeddedMembership implements Membership {
    private static final System.Logger LOG = System.getLogger(EmbeddedMembership.class.getName());

    private final EmbeddedCoordination store;
    private final MemberRecord me;
    private final Bytes content;
    private final Duration ttl;
    private final Thread thread = new Thread(this::run, "amesh-coordination-member");
    private volatile boolean held;
    private volatile boolean closed;

    EmbeddedMembership(EmbeddedCoordination store, MemberRecord me, Bytes content, Duration ttl) {
        if (ttl.toSeconds() < 1) {
            throw new IllegalArgumentException("a lease lasts a second at least, not " + ttl);
        }
        this.store = store;
        this.me = me;
        this.content = content;
        this.ttl = ttl;
    }

    void begin() {
        renew();
        thread.setDaemon(true);
        thread.start();
    }

    private void renew() {
        boolean before = held;
        try {
            boolean written = Answers.of(hold());
            held = written && !closed;
        } catch (CoordinationException e) {
            held = false;
            if (before && !closed) {
                LOG.log(System.Logger.Level.WARNING, "event=voting.coordination.member.lost", e);
            }
        }
    }

    // with close: no record is written behind the one that takes it away
    private synchronized CompletableFuture<Boolean> hold() {
        return closed
                ? CompletableFuture.completedFuture(false)
                : store.hold(me, content, store.clock().instant().plus(ttl));
    }

    private void run() {
        try {
            while (!closed) {
                Thread.sleep(ttl.toMillis() / 3);
                if (!closed) {
                    renew();
                }
            }
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    @Override
    public boolean held() {
        return held;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        held = false;
        thread.interrupt();
        CompletableFuture<Boolean> unused = store.drop(this, me);
    }
}
