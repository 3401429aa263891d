package io.attestedmesh.voting.ledger;

import io.attestedmesh.voting.statement.StatementVerifier;
import io.attestedmesh.voting.statement.VotingKeys;

/**
 * Reads a whole chain and recomputes it from the columns that people read: every position, hash and head, and what is signed
 * in each row.
 *
 * <p>What it shows is that the ledger is what its recorder signed. That the recorder wrote down everything, or the truth about
 * time and scores, it does not show; that it signed nothing that is gone from the end, only up to the least position that is
 * asked for.
 */
public final class LedgerAudit {
    public static final int MOST_FINDINGS = 1000;

    private final VotingKeys keys;

    /** An audit by these voting keys, which have to come from elsewhere than the ledger. */
    public LedgerAudit(VotingKeys keys) {
        this.keys = keys;
    }

    /** Audits what {@code recorder} wrote, however little that is. */
    public AuditReport audit(Ledger ledger, String recorder) throws LedgerException {
        return audit(ledger, recorder, 0);
    }

    /**
     * Audits what {@code recorder} wrote.
     *
     * @param leastPosition what is known to have been written, from the recorder's journal or an earlier report
     */
    public AuditReport audit(Ledger ledger, String recorder, long leastPosition) throws LedgerException {
        Chain chain = Chain.of(keys.committee(), recorder);
        Findings findings = new Findings(MOST_FINDINGS);
        ChainAudit audit = new ChainAudit(chain, new StatementVerifier(keys), new EntryAudit(chain, keys), findings);
        ledger.visit(chain, audit);
        return audit.end(leastPosition);
    }
}
