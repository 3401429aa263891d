package io.attestedmesh.enclave.vsock;

import java.util.Arrays;
import java.util.Optional;

/** The parent's answer to a {@link TargetHeader}: one byte, and after an accepting one the target's bytes follow. */
enum Verdict {
    ACCEPTED(0, null),
    NOT_ALLOWED(1, Refusal.NOT_ALLOWED),
    UNRESOLVED(2, Refusal.UNRESOLVED),
    UNREACHABLE(3, Refusal.UNREACHABLE),
    MALFORMED(4, Refusal.MALFORMED_HEADER),
    TOO_SLOW(5, Refusal.HEADER_TIMEOUT),
    BUSY(6, Refusal.BUSY);

    private final int code;
    private final Refusal refusal;

    Verdict(int code, Refusal refusal) {
        this.code = code;
        this.refusal = refusal;
    }

    byte code() {
        return (byte) code;
    }

    /** Empty of the accepting one. */
    Optional<Refusal> refusal() {
        return Optional.ofNullable(refusal);
    }

    static Optional<Verdict> of(byte code) {
        return Arrays.stream(values()).filter(verdict -> verdict.code() == code).findFirst();
    }

    /** The one that tells {@code refusal}. */
    static Verdict telling(Refusal refusal) {
        for (Verdict verdict : values()) {
            if (verdict.refusal == refusal) {
                return verdict;
            }
        }
        throw new IllegalArgumentException("nobody is told " + refusal);
    }
}
