package io.attestedmesh.transport.session;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.tls.EvidenceExtension;
import io.attestedmesh.attest.tls.SessionTranscript;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * One message of session attestation: version, type, length of the payload in two bytes, payload (docs/protocol.md,
 * "Frames").
 */
record Frame(Type type, Bytes payload) {
    static final byte VERSION = 1;

    /** Bytes in front of the payload. */
    static final int HEADER = 4;

    /** Types in the order in which a side sends them. */
    enum Type {
        /** 32 fresh bytes for the document of the other side. */
        NONCE(1, SessionTranscript.PART, SessionTranscript.PART),
        /** A COSE_Sign1 document. */
        EVIDENCE(2, 1, EvidenceExtension.MAX_EVIDENCE),
        /** A {@link SessionVerdict}. */
        VERDICT(3, 1, 65);

        private final byte code;
        private final int least;
        private final int most;

        Type(int code, int least, int most) {
            this.code = (byte) code;
            this.least = least;
            this.most = most;
        }

        byte code() {
            return code;
        }

        boolean permits(int length) {
            return length >= least && length <= most;
        }

        String bounds() {
            return least == most ? least + " bytes" : least + " to " + most + " bytes";
        }

        static Optional<Type> of(byte code) {
            return Arrays.stream(values()).filter(type -> type.code == code).findFirst();
        }
    }

    Frame {
        if (!type.permits(payload.size())) {
            throw new IllegalArgumentException(
                    "a frame " + type + " of " + payload.size() + " bytes, not " + type.bounds());
        }
    }

    ByteBuffer encoded() {
        return ByteBuffer.allocate(HEADER + payload.size())
                .put(VERSION)
                .put(type.code())
                .putShort((short) payload.size())
                .put(payload.toByteArray())
                .flip();
    }
}
