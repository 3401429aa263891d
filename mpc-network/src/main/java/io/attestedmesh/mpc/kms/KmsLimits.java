package io.attestedmesh.mpc.kms;

import io.attestedmesh.mpc.session.SessionLimits;

/**
 * What this format may cost. It sends every message whole, in one gRPC message, so a receiver has all of it in memory
 * before it can say no: {@code bytesAtOnce} for each party, if that party is hostile.
 *
 * @param messageBytes of one message; larger ones are refused as TOO_LARGE
 * @param callsAtOnce of one party whose message is still coming; a further one is refused as NO_ROOM
 * @param bytesAtOnce of these calls, counted as they come; the call that brings more is refused as NO_ROOM
 */
public record KmsLimits(int messageBytes, int callsAtOnce, long bytesAtOnce) {
    /** Most that {@code messageBytes} can be: 1 GiB. */
    public static final int MOST_MESSAGE_BYTES = 1 << 30;

    /** What stands around a value: a tag of 285 bytes at most, the frames of protobuf, and bytes behind the tag. */
    private static final int AROUND = 4096;

    private static final int USUAL = 256 << 20;

    /** Messages of 256 MiB, 64 calls, and room for two messages of full size. */
    public static final KmsLimits DEFAULT = new KmsLimits(USUAL, 64, 2L * (USUAL + AROUND));

    public KmsLimits {
        if (messageBytes <= 0 || messageBytes > MOST_MESSAGE_BYTES || callsAtOnce <= 0) {
            throw new IllegalArgumentException("limits of the KMS format: 1 byte to 1 GiB, and 1 call or more");
        }
        if (bytesAtOnce < messageBytes + AROUND) {
            throw new IllegalArgumentException("limits of the KMS format: a message of full size has no room");
        }
    }

    /** The same for messages of this size, raised where two of them would not have room. */
    public KmsLimits withMessageBytes(int bytes) {
        return new KmsLimits(bytes, callsAtOnce, Math.max(bytesAtOnce, 2L * (bytes + AROUND)));
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
