package io.attestedmesh.mpc.session;

/**
 * What a message belongs to, besides its sender.
 *
 * @param round from 0
 * @param sequence from 1, by one for each message of the sender to this receiver in the session; {@link #NO_SEQUENCE}
 *     where the wire format has none
 */
public record Tag(SessionId session, long round, long sequence) {
    public static final long NO_SEQUENCE = 0;
}
