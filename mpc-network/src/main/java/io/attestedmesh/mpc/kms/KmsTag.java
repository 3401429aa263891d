package io.attestedmesh.mpc.kms;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.attestedmesh.mpc.session.SessionId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a message belongs to, in this format: bincode with fixed-width integers, all little endian. 16 bytes session, the
 * sender with 8 bytes length before it, 8 bytes round.
 *
 * @param sender at most 253 bytes as UTF-8; may be empty here, though no identity is
 * @param round from 0; the upper half of the unsigned range is refused, for nobody gets there by counting
 */
record KmsTag(SessionId session, String sender, long round) {
    KmsTag {
        if (round < 0) {
            throw new IllegalArgumentException("a round of 2^63 or more");
        }
        Sender.utf8(sender);
    }

    /** Reads a tag; bytes behind its end are ignored, as those who made the format do. */
    static KmsTag decode(ByteString bytes) throws MalformedTagException {
        ByteBuffer in = bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        if (in.remaining() < SessionId.SIZE) {
            throw new MalformedTagException("it ends within the session id");
        }
        long low = in.getLong();
        long high = in.getLong();
        String sender = Sender.read(in);
        if (in.remaining() < Long.BYTES) {
            throw new MalformedTagException("it ends within the round");
        }
        long round = in.getLong();
        if (round < 0) {
            throw new MalformedTagException("a round of 2^63 or more");
        }
        return new KmsTag(new SessionId(high, low), sender, round);
    }

    ByteString encode() {
        ByteBuffer name = Sender.utf8(sender);
        ByteBuffer out = Sender.buffer(name, SessionId.SIZE + Long.BYTES);
        out.putLong(session.low()).putLong(session.high());
        Sender.write(name, out);
        out.putLong(round);
        return UnsafeByteOperations.unsafeWrap(out.flip());
    }
}
