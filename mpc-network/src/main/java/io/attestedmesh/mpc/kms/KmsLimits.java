package io.attestedmesh.mpc.kms;

import io.attestedmesh.mpc.session.SessionLimits;

/**
 * What this format may cost. It sends every message whole, in one gRPC message, so a receiver has all of it in memory
 * before it can say no: {@code messageBytes} times {@code callsAtOnce} for each party, if that party is hostile.
 *
 * @param messageBytes of one message; larger ones are refused as TOO_LARGE
 * @param callsAtOnce of one party whose message is still coming; a further one is refused as NO_ROOM
 */
public record KmsLimits(int messageBytes, int callsAtOnce) {
    /** What stands around a value: a tag of 285 bytes at most, the frames of protobuf, and bytes behind the tag. */
    private static final int AROUND = 4096;

    private static final int LARGEST = 1 << 30;

    /** 256 MiB, 64 calls. */
    public static final KmsLimits DEFAULT = new KmsLimits(256 << 20, 64);

    public KmsLimits {
        if (messageBytes <= 0 || messageBytes > LARGEST || callsAtOnce <= 0) {
            throw new IllegalArgumentException("limits of the KMS format: 1 byte to 1 GiB, and 1 call or more");
        }
    }

    /**
     * The largest gRPC message that this format brings. The server that carries the service has to let it in:
     * {@code TransportLimits.withMessageBytes(kms.inboundBytes())}, whose default is less.
     */
    public int inboundBytes() {
        return messageBytes + AROUND;
    }

    /** These limits, raised where a message of this format would not fit into what one party may have waiting. */
    public SessionLimits room(SessionLimits sessions) {
        return sessions.withMessageBytes(Math.max(sessions.messageBytes(), messageBytes))
                .withQueues(sessions.inboxBytes(), Math.max(sessions.peerBytes(), 2L * messageBytes))
                .withParked(
                        sessions.parkedSessions(),
                        Math.max(sessions.parkedBytes(), messageBytes + (long) AROUND),
                        sessions.parkedLife());
    }
}
