package io.attestedmesh.voting.violation;

import io.attestedmesh.voting.statement.RejectedStatementException;
import io.attestedmesh.voting.statement.StatementReason;
import io.attestedmesh.voting.statement.StatementVerifier;
import io.attestedmesh.voting.statement.VerifiedCertificate;
import io.attestedmesh.voting.statement.VerifiedStatement;

/** Checks evidence of violations. Thread-safe. */
public final class ViolationVerifier {
    private final StatementVerifier statements;

    public ViolationVerifier(StatementVerifier statements) {
        this.statements = statements;
    }

    /**
     * Verifies a violation.
     *
     * @throws RejectedStatementException NO_PROOF, or why one of the signatures is not believed
     */
    public VerifiedViolation verify(Violation violation) throws RejectedStatementException {
        if (violation instanceof DoubleVote proof) {
            verify(proof);
        } else if (violation instanceof MinorityVote proof) {
            verify(proof);
        } else if (violation instanceof Observation observation) {
            verify(observation);
        }
        return new VerifiedViolation(violation);
    }

    private void verify(DoubleVote proof) throws RejectedStatementException {
        if (!proof.first().statement().contradicts(proof.second().statement())) {
            throw new RejectedStatementException(
                    StatementReason.NO_PROOF,
                    "two statements of one node and transaction that differ",
                    proof.first().statement() + " and " + proof.second().statement());
        }
        VerifiedStatement unused = statements.verify(proof.first());
        VerifiedStatement unusedToo = statements.verify(proof.second());
    }

    private void verify(MinorityVote proof) throws RejectedStatementException {
        if (!proof.holds()) {
            throw new RejectedStatementException(
                    StatementReason.NO_PROOF,
                    "a vote for another value than " + proof.decision().value() + " in "
                            + proof.decision().transaction(),
                    proof.vote().statement().toString());
        }
        VerifiedStatement unused = statements.verify(proof.vote());
        VerifiedCertificate unusedToo = statements.verify(proof.decision());
    }

    private void verify(Observation observation) throws RejectedStatementException {
        StatementVerifier.requireOf(
                statements.committee(), observation.network(), observation.epoch(), observation.observer());
        StatementVerifier.requireOf(
                statements.committee(), observation.network(), observation.epoch(), observation.accused());
        if (observation.observer().equals(observation.accused())) {
            throw new RejectedStatementException(
                    StatementReason.NO_PROOF, "an observation of another node", observation.observer() + " of itself");
        }
        statements.requireSignature(observation.observer(), observation.signed(), observation.signature());
    }
}
