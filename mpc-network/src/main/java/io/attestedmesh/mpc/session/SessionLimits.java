package io.attestedmesh.mpc.session;

import java.time.Duration;

/**
 * What peers and callers may make a node keep.
 *
 * @param messageBytes of one message that is not streamed
 * @param futureRounds how far a party may be ahead
 * @param inboxBytes that one party may have waiting in one session, beside the message of the current round
 * @param peerBytes that one party may have waiting in all sessions
 * @param parkedSessions of one party that this node has not opened
 * @param parkedBytes that one party may have waiting in these
 * @param parkedLife after which they are discarded
 * @param openSessions at once
 * @param endedSessions whose ids are remembered
 * @param endedLife how long they are
 */
public record SessionLimits(
        int messageBytes,
        int futureRounds,
        long inboxBytes,
        long peerBytes,
        int parkedSessions,
        long parkedBytes,
        Duration parkedLife,
        int openSessions,
        int endedSessions,
        Duration endedLife) {
    private static final int MIB = 1 << 20;

    /** 64 MiB a message, 32 rounds, 256 MiB a party; 2000 sessions and 64 MiB parked for 15 minutes. */
    public static final SessionLimits DEFAULT = new SessionLimits(
            64 * MIB,
            32,
            64 * MIB,
            256 * MIB,
            2000,
            64 * MIB,
            Duration.ofMinutes(15),
            100_000,
            1_000_000,
            Duration.ofHours(24));

    /** Nothing may be zero or negative: no limit is not a limit. */
    public SessionLimits {
        long least = Math.min(
                Math.min(Math.min(messageBytes, futureRounds), Math.min(parkedSessions, openSessions)),
                Math.min(Math.min(inboxBytes, peerBytes), Math.min(parkedBytes, endedSessions)));
        if (least <= 0 || parkedLife.toMillis() <= 0 || endedLife.toMillis() <= 0) {
            throw new IllegalArgumentException("a session limit that is not positive");
        }
    }

    public SessionLimits withMessageBytes(int bytes) {
        return new SessionLimits(
                bytes,
                futureRounds,
                inboxBytes,
                peerBytes,
                parkedSessions,
                parkedBytes,
                parkedLife,
                openSessions,
                endedSessions,
                endedLife);
    }

    /** With other bounds for what waits: of one party in one session, and of one party in all. */
    public SessionLimits withQueues(long perInbox, long perPeer) {
        return new SessionLimits(
                messageBytes,
                futureRounds,
                perInbox,
                perPeer,
                parkedSessions,
                parkedBytes,
                parkedLife,
                openSessions,
                endedSessions,
                endedLife);
    }

    /** With other bounds for sessions that are not open. */
    public SessionLimits withParked(int sessions, long bytes, Duration life) {
        return new SessionLimits(
                messageBytes,
                futureRounds,
                inboxBytes,
                peerBytes,
                sessions,
                bytes,
                life,
                openSessions,
                endedSessions,
                endedLife);
    }
}
