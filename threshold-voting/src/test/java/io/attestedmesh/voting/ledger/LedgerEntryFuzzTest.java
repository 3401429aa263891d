package io.attestedmesh.voting.ledger;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.MalformedStatementException;

/** Whatever a disk gives back is refused by the one checked exception, or is the one encoding of what was read. */
final class LedgerEntryFuzzTest {
    @FuzzTest
    void entry(byte[] input) {
        Bytes encoded = Bytes.of(input);
        try {
            require(LedgerEntry.parse(encoded).encoded().equals(encoded), "an entry with two encodings");
        } catch (MalformedStatementException e) {
            require(e.getMessage() != null, "a refusal without a reason");
        }
    }

    private static void require(boolean condition, String broken) {
        if (!condition) {
            throw new AssertionError(broken);
        }
    }
}
