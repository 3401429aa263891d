package io.attestedmesh.attest.policy;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.attest.verify.RejectedEvidenceException;
import io.attestedmesh.attest.verify.VerifiedEvidence;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/**
 * Steps 7 to 9: whether the code that verified evidence speaks of is allowed. Immutable; a change is another instance,
 * and verdicts reached under the old one are forgotten.
 *
 * <p>The default refuses everything: no release is known until {@link Builder#referenceValues} names some.
 */
public final class AttestationPolicy {
    /** Checks the application data behind the bound prefix of user_data. */
    @FunctionalInterface
    public interface ApplicationDataCheck {
        void check(Bytes applicationData, PcrBank pcrs) throws RejectedEvidenceException;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Appraises {@code evidence} at the instant {@code at}. */
    public AttestationResult appraise(VerifiedEvidence evidence, ExpectedClaims claims, Instant at)
            throws RejectedEvidenceException {
        throw new UnsupportedOperationException();
    }

    /** Collects a policy. */
    public static final class Builder {
        /** Required; there is no default that accepts anything. */
        public Builder referenceValues(ReferenceValues values) {
            throw new UnsupportedOperationException();
        }

        /** Oldest document accepted, by its timestamp; default 3 h, the life of a leaf. */
        public Builder maxAge(Duration maxAge) {
            throw new UnsupportedOperationException();
        }

        /** Registers that must be present and not zero, beyond 0, 1 and 2: say 8 for signed images. */
        public Builder requirePcrs(Set<Integer> indices) {
            throw new UnsupportedOperationException();
        }

        public Builder applicationData(ApplicationDataCheck check) {
            throw new UnsupportedOperationException();
        }

        public Builder insecureAllowDebug() {
            throw new UnsupportedOperationException();
        }

        public Builder insecureAllowSimulated() {
            throw new UnsupportedOperationException();
        }

        public AttestationPolicy build() {
            throw new UnsupportedOperationException();
        }
    }
}
