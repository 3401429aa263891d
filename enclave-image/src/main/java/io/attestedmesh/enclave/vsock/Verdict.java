package io.attestedmesh.enclave.vsock;

import java.util.Optional;

/** The parent's answer to a {@link TargetHeader}: one byte, and after an accepting one the target's bytes follow. */
enum Verdict {
    ACCEPTED(null),
    NOT_ALLOWED(Refusal.NOT_ALLOWED),
    UNRESOLVED(Refusal.UNRESOLVED),
    UNREACHABLE(Refusal.UNREACHABLE),
    MALFORMED(Refusal.MALFORMED_HEADER),
    TOO_SLOW(Refusal.HEADER_TIMEOUT),
    BUSY(Refusal.BUSY);

    private final Refusal refusal;

    Verdict(Refusal refusal) {
        this.refusal = refusal;
    }

    byte code() {
        return (byte) ordinal();
    }

    /** Empty of the accepting one. */
    Optional<Refusal> refusal() {
        return Optional.ofNullable(refusal);
    }

    static Optional<Verdict> of(byte code) {
        return code >= 0 && code < values().length ? Optional.of(values()[code]) : Optional.empty();
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
