package io.attestedmesh.mpc.session;

import java.util.Optional;

/**
 * What a message belongs to, besides its sender.
 *
 * @param round from 0
 * @param sequence from 1, by one for each message of the sender to this receiver in the session; {@link #NO_SEQUENCE}
 *     where the wire format has none
 * @param trace what the sender says that its part of the session belongs to
 */
public record Tag(SessionId session, long round, long sequence, Optional<TraceContext> trace) {
    public static final long NO_SEQUENCE = 0;

    /** Of no trace. */
    public Tag(SessionId session, long round, long sequence) {
        this(session, round, sequence, Optional.empty());
    }
}
