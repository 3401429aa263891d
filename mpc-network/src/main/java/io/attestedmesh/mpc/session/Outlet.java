package io.attestedmesh.mpc.session;

import io.attestedmesh.mpc.party.Party;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The way from one session to one other party, in order. Thread-safe. */
public interface Outlet {
    /** Makes outlets. */
    @FunctionalInterface
    interface Factory {
        /** For a session that ends at {@code end} at the latest, and belongs to {@code trace}. */
        Outlet open(SessionId session, Party to, Instant end, Optional<TraceContext> trace, Listener listener);
    }

    /** Hears what the other side's answers say about it. Must not block. */
    interface Listener {
        /** The party has begun anew, and what it had of this session is lost. */
        void restarted();

        /** The party will not go on with the session. */
        void gaveUp(SessionException why);
    }

    /**
     * Queues a message; waits for room in the queue no longer than until {@code latest}.
     *
     * @param value is not changed by anybody until the result is there
     * @return completes in place, on a thread of the network: nothing that users chose may be hung on it
     * @throws SessionException if there was no room, or nothing can be sent any more
     */
    CompletableFuture<Delivery> send(long round, byte[] value, Instant latest)
            throws SessionException, InterruptedException;

    /** As {@link #send}, of bytes that are read while they are sent. */
    CompletableFuture<Delivery> stream(long round, MessageSource source, Instant latest)
            throws SessionException, InterruptedException;

    /** Takes no more messages; those that wait are sent still if {@code drain}, else dropped. */
    void close(boolean drain, SessionException why);
}
