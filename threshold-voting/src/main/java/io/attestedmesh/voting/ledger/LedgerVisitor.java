package io.attestedmesh.voting.ledger;

import io.attestedmesh.attest.evidence.Bytes;

/** Sees a chain's rows in the order of their positions; a head comes after the rows of its position. */
public interface LedgerVisitor {
    /** A row whose columns are an entry. */
    void row(LedgerRow row);

    /** A row whose columns are none. */
    void unreadable(LedgerTable table, long position, Bytes hash, String why);

    /** A signed head, which nobody has looked at yet. */
    void head(SignedHead head);
}
