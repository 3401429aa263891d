package io.attestedmesh.voting.ledger;

import java.util.List;

/**
 * What an audit of one chain came to.
 *
 * @param rows how many were read, of all tables but heads
 * @param heads how many were read
 * @param last where the chain ends
 * @param findings the first {@link LedgerAudit#MOST_FINDINGS}, in the order of positions
 * @param found how many there were
 */
public record AuditReport(Chain chain, long rows, long heads, ChainHead last, List<Finding> findings, long found) {
    /** Takes the findings as they are. */
    public AuditReport {
        findings = List.copyOf(findings);
    }

    /** Whether nothing is wrong. */
    public boolean isClean() {
        return found == 0;
    }
}
