package io.attestedmesh.voting.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract over a file of H2's, and what is so of files alone. */
final class EmbeddedLedgerTest extends LedgerContract {
    @TempDir
    Path folder;

    @Override
    Ledger open() {
        return SqlLedger.embedded(folder.resolve("ledger"));
    }

    @Override
    Ledger openForReading() {
        return SqlLedger.embeddedForReading(folder.resolve("ledger"));
    }

    @Override
    Connection sql() throws Exception {
        return connect(folder);
    }

    /** While the ledger is open in this process, as H2 takes the settings of who opened the file first. */
    static Connection connect(Path folder) throws Exception {
        String file = folder.resolve("ledger").toString();
        return DriverManager.getConnection(
                "jdbc:h2:file:" + file + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE", "sa", "");
    }

    @Test
    void embedded_leavesNothingButItsFile() throws Exception {
        try (Ledger ledger = open()) {
            ChainHead unused = LedgerFixture.appendAll(ledger);
        }
        assertThat(folder.toFile().list()).containsExactly("ledger.mv.db");
    }

    @Test
    void embedded_withASemicolonInItsPath_isRefused() {
        Path file = folder.resolve("ledger;INIT=drop all objects");
        assertThatThrownBy(() -> SqlLedger.embedded(file)).isInstanceOf(IllegalArgumentException.class);
    }
}
