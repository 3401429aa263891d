package io.attestedmesh.transport.pki;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Locale;

/** One line of a revocation list (RFC 5280, section 5.3). */
public record Revocation(BigInteger serial, Instant at, Cause cause) {
    /** Why a certificate is revoked; holds and removals from hold are left out: a revocation here is for good. */
    public enum Cause {
        UNSPECIFIED(0),
        KEY_COMPROMISE(1),
        CA_COMPROMISE(2),
        AFFILIATION_CHANGED(3),
        SUPERSEDED(4),
        CESSATION_OF_OPERATION(5),
        PRIVILEGE_WITHDRAWN(9);

        private final int code;

        Cause(int code) {
            this.code = code;
        }

        /** The number that stands in a revocation list (RFC 5280, section 5.3.1). */
        public int code() {
            return code;
        }

        /** The cause of that {@link #title}; an unknown one is refused. */
        public static Cause titled(String title) {
            return valueOf(title.toUpperCase(Locale.ROOT).replace('-', '_'));
        }

        /** As people write it: {@code key-compromise}. */
        public String title() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
