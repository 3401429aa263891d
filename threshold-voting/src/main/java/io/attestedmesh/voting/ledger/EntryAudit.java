package io.attestedmesh.voting.ledger;

import io.attestedmesh.voting.statement.Certificate;
import io.attestedmesh.voting.statement.MalformedStatementException;
import io.attestedmesh.voting.statement.RejectedStatementException;
import io.attestedmesh.voting.statement.StatementVerifier;
import io.attestedmesh.voting.statement.VotingKeys;
import io.attestedmesh.voting.violation.VerifiedViolation;
import io.attestedmesh.voting.violation.Violation;
import io.attestedmesh.voting.violation.ViolationVerifier;

/** Checks what others signed in an entry, which no recorder can make up. */
final class EntryAudit {
    private final Chain chain;
    private final StatementVerifier statements;
    private final ViolationVerifier violations;

    EntryAudit(Chain chain, VotingKeys keys) {
        this.chain = chain;
        this.statements = new StatementVerifier(keys);
        this.violations = new ViolationVerifier(statements);
    }

    /** Tells {@code findings} what does not hold. */
    void check(LedgerRow row, Findings findings) {
        LedgerEntry entry = row.entry();
        if (entry instanceof VoteEntry vote) {
            check(vote, row, findings);
        } else if (entry instanceof TransactionEntry transaction) {
            check(transaction, row, findings);
        } else if (entry instanceof ViolationEntry violation) {
            check(violation, row, findings);
        }
        // a score is the recorder's own opinion
    }

    private void check(VoteEntry vote, LedgerRow row, Findings findings) {
        try {
            var unused = statements.verify(vote.signed(chain));
        } catch (RejectedStatementException e) {
            findings.add(FindingType.VOTE, row, e.expected(), e.actual());
        }
    }

    private void check(TransactionEntry transaction, LedgerRow row, Findings findings) {
        try {
            Certificate certificate = statements
                    .verify(Certificate.parse(transaction.certificate()))
                    .certificate();
            TransactionEntry proved = TransactionEntry.of(certificate, transaction.at());
            if (!proved.equals(transaction)) {
                findings.add(FindingType.CERTIFICATE, row, described(proved), described(transaction));
            }
        } catch (RejectedStatementException e) {
            findings.add(FindingType.CERTIFICATE, row, e.expected(), e.actual());
        } catch (MalformedStatementException e) {
            findings.add(FindingType.CERTIFICATE, row, "a certificate", e.getMessage());
        }
    }

    private static String described(TransactionEntry transaction) {
        return transaction.transaction() + " " + transaction.outcome()
                + transaction.value().map(value -> " " + value).orElse("");
    }

    private void check(ViolationEntry violation, LedgerRow row, Findings findings) {
        try {
            VerifiedViolation shown = violations.verify(Violation.parse(violation.evidence()));
            ViolationEntry proved = ViolationEntry.of(shown.violation(), violation.at());
            if (!proved.equals(violation)) {
                findings.add(FindingType.EVIDENCE, row, described(proved), described(violation));
            }
        } catch (RejectedStatementException e) {
            findings.add(FindingType.EVIDENCE, row, e.expected(), e.actual());
        } catch (MalformedStatementException e) {
            findings.add(FindingType.EVIDENCE, row, "evidence of a violation", e.getMessage());
        }
    }

    private static String described(ViolationEntry violation) {
        return violation.type() + " of " + violation.accused()
                + violation.observer().map(observer -> " seen by " + observer).orElse("") + ", " + violation.summary()
                + ", " + violation.id();
    }
}
