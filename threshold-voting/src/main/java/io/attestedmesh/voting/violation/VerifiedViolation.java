package io.attestedmesh.voting.violation;

import io.attestedmesh.attest.evidence.Bytes;

/** A violation whose evidence was checked; only {@link ViolationVerifier} makes one. */
public final class VerifiedViolation {
    private final Violation violation;

    VerifiedViolation(Violation violation) {
        this.violation = violation;
    }

    public Violation violation() {
        return violation;
    }

    public ViolationType type() {
        return violation.type();
    }

    public String accused() {
        return violation.accused();
    }

    public Bytes id() {
        return violation.id();
    }

    @Override
    public String toString() {
        return type() + ": " + violation.summary();
    }
}
