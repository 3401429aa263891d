package io.attestedmesh.attest.simulator;

import static org.assertj.core.api.Assertions.catchThrowable;

import io.attestedmesh.attest.evidence.MalformedEvidenceException;
import io.attestedmesh.attest.evidence.Reason;
import io.attestedmesh.attest.verify.RejectedEvidenceException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Why a verification failed. */
final class Refusals {
    private Refusals() {}

    /** Anything but a refusal, and also acceptance, fails the test. */
    static Reason reasonOf(ThrowingCallable verification) {
        Throwable thrown = catchThrowable(verification);
        if (thrown instanceof MalformedEvidenceException malformed) {
            return malformed.reason();
        }
        if (thrown instanceof RejectedEvidenceException rejected) {
            return rejected.reason();
        }
        throw new AssertionError(thrown == null ? "accepted" : "neither malformed nor rejected", thrown);
    }
}
