package io.attestedmesh.voting.ledger;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.CanonicalReader;
import io.attestedmesh.voting.statement.CanonicalWriter;
import io.attestedmesh.voting.statement.MalformedStatementException;
import io.attestedmesh.voting.violation.Violation;

/** One thing that a node writes down for good. Times are to the millisecond. */
public sealed interface LedgerEntry permits VoteEntry, TransactionEntry, ViolationEntry, ReputationEntry {
    /** More than the largest violation and its summary need. */
    int LARGEST = Violation.LARGEST + 8192;

    /** The table that has a row for each of its kind. */
    LedgerTable table();

    /** Writes all but the kind. */
    void write(CanonicalWriter out);

    /** Kind and fields: what waits in the spool, and what the chain's hashes are over. */
    default Bytes encoded() {
        CanonicalWriter out = new CanonicalWriter().text(table().kind());
        write(out);
        return out.written();
    }

    /** Reads {@link #encoded}, and nothing that is encoded otherwise. */
    static LedgerEntry parse(Bytes encoded) throws MalformedStatementException {
        CanonicalReader in = new CanonicalReader(encoded);
        String kind = in.text(LedgerTable.LONGEST_KIND);
        LedgerEntry read;
        try {
            if (kind.equals(LedgerTable.VOTES.kind())) {
                read = VoteEntry.read(in);
            } else if (kind.equals(LedgerTable.TRANSACTIONS.kind())) {
                read = TransactionEntry.read(in);
            } else if (kind.equals(LedgerTable.VIOLATIONS.kind())) {
                read = ViolationEntry.read(in);
            } else if (kind.equals(LedgerTable.REPUTATION.kind())) {
                read = ReputationEntry.read(in);
            } else {
                throw new MalformedStatementException("there is no such kind of ledger entry");
            }
        } catch (IllegalArgumentException e) {
            throw new MalformedStatementException(e.getMessage(), e);
        }
        in.end();
        return read;
    }
}
