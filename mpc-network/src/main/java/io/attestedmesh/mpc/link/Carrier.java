package io.attestedmesh.mpc.link;

import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.mpc.session.Acceptance;
import io.attestedmesh.mpc.session.SessionId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Brings messages to one party over one connection, until it breaks. Used by one thread at a time, as its listener is.
 */
public interface Carrier {
    /** Makes carriers to one party. */
    @FunctionalInterface
    interface Factory {
        /** Begins to connect; the listener hears how it went, and is never called before this method has returned. */
        Carrier connect(Listener listener);
    }

    /** Hears what becomes of it, on any thread. */
    interface Listener {
        /** There is a connection to the party's process {@code incarnation}; {@code proved} is empty without TLS. */
        void opened(UUID incarnation, Optional<AttestedPeer> proved);

        /** It can carry more. */
        void ready();

        /** The party has answered these, in the order in which they were carried. */
        void answered(List<Answered> messages);

        /** The session has room again. */
        void room(SessionId session);

        /** It is broken; {@code unanswered} may have arrived or not. Nothing is heard of it any more. */
        void closed(String why, List<Outgoing> unanswered);
    }

    /** One answer. */
    record Answered(Outgoing message, Acceptance verdict) {}

    /** True if more can be carried now without piling up. */
    boolean isReady();

    /** True if messages of one session may be under way together; else the next one waits for the answer to the last. */
    default boolean keepsOrder() {
        return true;
    }

    /** Carries them, in order, together if they fit. */
    void carry(List<Outgoing> messages);

    /** Breaks it. */
    void cancel(String why);
}
