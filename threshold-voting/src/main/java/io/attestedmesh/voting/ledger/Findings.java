package io.attestedmesh.voting.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Keeps the first findings and counts all: a ledger that is wrong everywhere is no reason to run out of memory. */
final class Findings {
    private final int most;
    private final List<Finding> kept = new ArrayList<>();
    private long count;

    Findings(int most) {
        this.most = most;
    }

    void add(FindingType type, LedgerRow row, String expected, String found) {
        add(type, row.position(), Optional.of(row.table()), expected, found);
    }

    void add(FindingType type, long position, Optional<LedgerTable> table, String expected, String found) {
        count++;
        if (kept.size() < most) {
            kept.add(new Finding(type, position, table, expected, found));
        }
    }

    List<Finding> kept() {
        return kept;
    }

    long count() {
        return count;
    }
}
