package io.attestedmesh.voting.violation;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.StatementSigner;
import io.attestedmesh.voting.statement.VerifiedCertificate;
import io.attestedmesh.voting.statement.VerifiedStatement;
import java.time.Instant;
import java.util.Optional;

/** A violation whose evidence was checked by {@link ViolationVerifier}, or is made of what was verified. */
public final class VerifiedViolation {
    private final Violation violation;
    private final Bytes id;

    VerifiedViolation(Violation violation) {
        this.violation = violation;
        this.id = violation.id();
    }

    /** A double vote, if two statements make one. */
    public static Optional<VerifiedViolation> doubleVote(VerifiedStatement first, VerifiedStatement second) {
        return first.statement().contradicts(second.statement())
                ? Optional.of(new VerifiedViolation(new DoubleVote(first.signed(), second.signed())))
                : Optional.empty();
    }

    /** A minority vote, if {@code vote} is one where this was decided. */
    public static Optional<VerifiedViolation> minorityVote(VerifiedStatement vote, VerifiedCertificate decision) {
        MinorityVote proof = new MinorityVote(vote.signed(), decision.certificate());
        return proof.holds() ? Optional.of(new VerifiedViolation(proof)) : Optional.empty();
    }

    /** What {@code signer}'s node itself saw. */
    public static VerifiedViolation observed(
            StatementSigner signer, ViolationType type, String accused, Instant at, Bytes detail) {
        return new VerifiedViolation(Observation.of(signer, type, accused, at, detail));
    }

    /** What this node verified before it put it into its own journal. */
    public static VerifiedViolation readmit(Violation stored) {
        return new VerifiedViolation(stored);
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
        return id;
    }

    @Override
    public String toString() {
        return type() + ": " + violation.summary();
    }
}
