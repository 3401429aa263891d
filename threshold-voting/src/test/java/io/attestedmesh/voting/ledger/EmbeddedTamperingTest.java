package io.attestedmesh.voting.ledger;

import java.nio.file.Path;
import java.sql.Connection;
import org.junit.jupiter.api.io.TempDir;

/** A file of H2's that somebody altered. */
final class EmbeddedTamperingTest extends TamperingContract {
    @TempDir
    static Path folder;

    @Override
    Ledger open() {
        return SqlLedger.embedded(folder.resolve("ledger"));
    }

    @Override
    Connection connect() throws Exception {
        return EmbeddedLedgerTest.connect(folder);
    }
}
