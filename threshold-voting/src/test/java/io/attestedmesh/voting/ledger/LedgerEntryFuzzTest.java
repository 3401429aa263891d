package io.attestedmesh.voting.ledger;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.attestedmesh.voting.statement.Canonical;

/** Whatever a disk gives back. */
final class LedgerEntryFuzzTest {
    @FuzzTest
    void entry(byte[] input) {
        var unused = Canonical.requireOnlyEncoding(input, LedgerEntry::parse, LedgerEntry::encoded);
    }
}
