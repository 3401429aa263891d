package io.attestedmesh.voting.ledger;

import io.attestedmesh.attest.evidence.Bytes;

/** An entry at its place in a chain, with the hash that stands beside it. */
public record LedgerRow(long position, LedgerEntry entry, Bytes hash) {
    public LedgerTable table() {
        return entry.table();
    }
}
