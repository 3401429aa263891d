package io.attestedmesh.mpc.kms;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Who asks whether a party is there; encoded as the sender in a {@link KmsTag}. */
record HealthTag(String sender) {
    HealthTag {
        Sender.utf8(sender);
    }

    /** Reads a tag; bytes behind its end are ignored. */
    static HealthTag decode(ByteString bytes) throws MalformedTagException {
        return new HealthTag(Sender.read(bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN)));
    }

    ByteString encode() {
        ByteBuffer name = Sender.utf8(sender);
        ByteBuffer out = Sender.buffer(name, 0);
        Sender.write(name, out);
        return UnsafeByteOperations.unsafeWrap(out.flip());
    }
}
