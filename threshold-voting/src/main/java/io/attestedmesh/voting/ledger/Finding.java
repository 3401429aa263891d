package io.attestedmesh.voting.ledger;

import io.attestedmesh.attest.evidence.OneLine;
import java.util.Optional;

/**
 * One thing that is wrong with a chain.
 *
 * @param position of the row, or of the first of several
 * @param table where the row is; empty if there is none
 * @param expected printable and bounded, as is {@code found}
 */
public record Finding(FindingType type, long position, Optional<LedgerTable> table, String expected, String found) {
    /** Makes the texts printable: what is found was written by anybody. */
    public Finding {
        expected = OneLine.of(expected);
        found = OneLine.of(found);
    }

    @Override
    public String toString() {
        return table.map(LedgerTable::sqlName).orElse("no table") + " " + position + ": " + type + ", expected "
                + expected + ", found " + found;
    }
}
