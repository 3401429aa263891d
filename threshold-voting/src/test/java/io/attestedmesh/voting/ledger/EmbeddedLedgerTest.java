package io.attestedmesh.voting.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract over a file of H2's, and what is so of files alone. */
final class EmbeddedLedgerTest extends LedgerContract {
    private static final int APPENDS = 500;
    private static final int LOOK = 25;

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

    /** What SIGKILL leaves is the file as it is after an append, with space of older ones written over. */
    @Test
    void embedded_afterTheProcessWasKilled_endsWithTheLastRowAppended() throws Exception {
        List<ChainHead> appended = new ArrayList<>();
        List<ChainHead> found = new ArrayList<>();
        try (Ledger ledger = open();
                Connection sql = keptShortly()) {
            ChainHead head = ChainHead.EMPTY;
            for (int append = 1; append <= APPENDS; append++) {
                head = LedgerFixture.append(ledger, LedgerFixture.CHAIN, head, List.of(LedgerFixture.vote(append)));
                if (append % LOOK == 0) {
                    appended.add(head);
                    found.add(lastOfACopy());
                }
            }
            assertThat(sql.isValid(1)).isTrue();
        }
        assertThat(found).isEqualTo(appended);
    }

    /** H2 writes over what is older than 45 s; here, over what is not needed. */
    private Connection keptShortly() throws Exception {
        Connection sql = sql();
        try (Statement set = sql.createStatement()) {
            boolean unused = set.execute("set retention_time 0");
        }
        return sql;
    }

    private ChainHead lastOfACopy() throws Exception {
        Files.copy(folder.resolve("ledger.mv.db"), folder.resolve("killed.mv.db"), StandardCopyOption.REPLACE_EXISTING);
        try (Ledger killed = SqlLedger.embedded(folder.resolve("killed"))) {
            return killed.tail(LedgerFixture.CHAIN).row();
        }
    }

    @Test
    void embedded_withASemicolonInItsPath_isRefused() {
        Path file = folder.resolve("ledger;INIT=drop all objects");
        assertThatThrownBy(() -> SqlLedger.embedded(file)).isInstanceOf(IllegalArgumentException.class);
    }
}
