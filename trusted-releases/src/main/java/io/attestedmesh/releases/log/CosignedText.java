package io.attestedmesh.releases.log;

import io.attestedmesh.attest.ed25519.Ed25519PublicKey;
import io.attestedmesh.attest.evidence.Bytes;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;

/** What a cosignature/v1 covers and how it carries its time (C2SP tlog-cosignature). */
final class CosignedText {
    /** The end of the year 9999: later times are nonsense that would only break whoever shows them. */
    private static final long LATEST = 253_402_300_799L;

    private static final int TIME_SIZE = 8;

    private CosignedText() {}

    static Bytes toBeSigned(Instant time, String text) {
        return StrictText.utf8("cosignature/v1\ntime " + time.getEpochSecond() + "\n" + text);
    }

    static Bytes encode(Instant time, Bytes signature) {
        byte[] seconds =
                ByteBuffer.allocate(TIME_SIZE).putLong(time.getEpochSecond()).array();
        return Bytes.concat(Bytes.of(seconds), signature);
    }

    /** The time that stands in a signature of a cosigner; empty if none can. */
    static Optional<Instant> time(Bytes signature) {
        if (signature.size() != TIME_SIZE + Ed25519PublicKey.SIGNATURE_SIZE) {
            return Optional.empty();
        }
        long seconds =
                ByteBuffer.wrap(signature.slice(0, TIME_SIZE).toByteArray()).getLong();
        return seconds < 0 || seconds > LATEST ? Optional.empty() : Optional.of(Instant.ofEpochSecond(seconds));
    }

    static Bytes signature(Bytes signature) {
        return signature.slice(TIME_SIZE, signature.size());
    }
}
