package io.attestedmesh.voting.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.attestedmesh.attest.evidence.Bytes;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What somebody with the database's credentials does by hand, and what an audit says of it. The rows are those of
 * {@link LedgerFixture#entries}, with heads at 5, 10, 15 and 16.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TamperingContract {
    private static final String FORGED = "tx_forged";

    private Ledger ledger;
    private Connection sql;

    /** A ledger without rows. */
    abstract Ledger open() throws Exception;

    /** Another way into the same database. */
    abstract Connection connect() throws Exception;

    /** One column of one row, and what is put there. */
    record Alteration(LedgerTable table, long position, String column, Object value) {
        @Override
        public String toString() {
            return table.sqlName() + " " + position + " " + column + " = "
                    + (value instanceof byte[] ? "bytes" : value);
        }
    }

    @BeforeAll
    void write() throws Exception {
        ledger = open();
        ChainHead unused = LedgerFixture.appendAll(ledger);
        sql = connect();
        // who may alter rows may make room for what the column would round away
        execute("alter table votes alter column heard_at set data type timestamp(6) with time zone");
        for (LedgerTable table : LedgerTable.values()) {
            execute("create table kept_" + table.sqlName() + " as select * from " + table.sqlName());
        }
    }

    @BeforeEach
    void restore() throws Exception {
        for (LedgerTable table : LedgerTable.values()) {
            execute("delete from " + table.sqlName());
            execute("insert into " + table.sqlName() + " select * from kept_" + table.sqlName());
        }
    }

    @AfterAll
    void close() throws Exception {
        if (sql != null) {
            sql.close();
        }
        if (ledger != null) {
            ledger.close();
        }
    }

    void execute(String statement) throws SQLException {
        try (Statement executed = sql.createStatement()) {
            executed.execute(statement);
        }
    }

    private void update(LedgerTable table, long position, String column, Object value) throws SQLException {
        String statement = "update " + table.sqlName() + " set \"" + column + "\" = " + (value == null ? "null" : "?")
                + " where position = ?";
        try (PreparedStatement update = sql.prepareStatement(statement)) {
            int last = 0;
            if (value != null) {
                update.setObject(++last, value);
            }
            update.setLong(++last, position);
            assertThat(update.executeUpdate()).isEqualTo(1);
        }
    }

    AuditReport audit() throws LedgerException {
        return new LedgerAudit(LedgerFixture.keys()).audit(ledger, "a.example");
    }

    static List<Alteration> alterations() {
        byte[] noise = Bytes.of((byte) 7).sha384().toByteArray();
        byte[] signature =
                Bytes.concat(Bytes.of(noise), Bytes.of(noise).slice(0, 16)).toByteArray();
        Object later = LedgerFixture.TIME.plusMillis(1).atOffset(ZoneOffset.UTC);
        List<Alteration> all = new ArrayList<>();
        all.add(new Alteration(LedgerTable.VOTES, 2, "transaction_id", "tx_other"));
        all.add(new Alteration(LedgerTable.VOTES, 2, "transaction_id", "no transaction"));
        all.add(new Alteration(LedgerTable.VOTES, 2, "node", "c.example"));
        all.add(new Alteration(LedgerTable.VOTES, 2, "node", ""));
        all.add(new Alteration(LedgerTable.VOTES, 2, "sequence", 2L));
        all.add(new Alteration(LedgerTable.VOTES, 2, "sequence", -1L));
        all.add(new Alteration(LedgerTable.VOTES, 2, "value", "43"));
        all.add(new Alteration(LedgerTable.VOTES, 2, "value", null));
        all.add(new Alteration(LedgerTable.VOTES, 6, "value", "42"));
        all.add(new Alteration(LedgerTable.VOTES, 2, "signature", signature));
        all.add(new Alteration(LedgerTable.VOTES, 2, "signature", new byte[65]));
        all.add(new Alteration(LedgerTable.VOTES, 2, "heard_at", later));
        all.add(new Alteration(LedgerTable.TRANSACTIONS, 5, "transaction_id", "tx_failed"));
        all.add(new Alteration(LedgerTable.TRANSACTIONS, 5, "outcome", "FAILED"));
        all.add(new Alteration(LedgerTable.TRANSACTIONS, 5, "outcome", "PENDING"));
        all.add(new Alteration(LedgerTable.TRANSACTIONS, 5, "value", "41"));
        all.add(new Alteration(LedgerTable.TRANSACTIONS, 5, "value", null));
        all.add(new Alteration(LedgerTable.TRANSACTIONS, 10, "value", "41"));
        all.add(new Alteration(LedgerTable.TRANSACTIONS, 5, "certificate", noise));
        all.add(new Alteration(LedgerTable.TRANSACTIONS, 5, "certificate", new byte[600_000]));
        all.add(new Alteration(LedgerTable.TRANSACTIONS, 5, "settled_at", later));
        all.add(new Alteration(LedgerTable.VIOLATIONS, 11, "violation_id", noise));
        all.add(new Alteration(LedgerTable.VIOLATIONS, 11, "type", "SILENCE"));
        all.add(new Alteration(LedgerTable.VIOLATIONS, 11, "type", "RUDENESS"));
        all.add(new Alteration(LedgerTable.VIOLATIONS, 11, "accused", "d.example"));
        all.add(new Alteration(LedgerTable.VIOLATIONS, 11, "observer", "d.example"));
        all.add(new Alteration(LedgerTable.VIOLATIONS, 13, "observer", null));
        all.add(new Alteration(LedgerTable.VIOLATIONS, 11, "summary", "nothing happened"));
        all.add(new Alteration(LedgerTable.VIOLATIONS, 11, "summary", ""));
        all.add(new Alteration(LedgerTable.VIOLATIONS, 11, "evidence", noise));
        all.add(new Alteration(LedgerTable.VIOLATIONS, 11, "known_at", later));
        all.add(new Alteration(LedgerTable.REPUTATION, 15, "node", "d.example"));
        all.add(new Alteration(LedgerTable.REPUTATION, 15, "score", new BigDecimal("12.346")));
        all.add(new Alteration(LedgerTable.REPUTATION, 15, "score", new BigDecimal("-1")));
        all.add(new Alteration(LedgerTable.REPUTATION, 15, "excluded", false));
        all.add(new Alteration(LedgerTable.REPUTATION, 15, "scored_at", later));
        all.add(new Alteration(LedgerTable.REPUTATION, 15, "why", "no reason"));
        for (LedgerTable table : LedgerTable.values()) {
            long position = position(table);
            all.add(new Alteration(table, position, "network", "elsewhere"));
            all.add(new Alteration(table, position, "epoch", 4L));
            all.add(new Alteration(table, position, "recorder", "b.example"));
            all.add(new Alteration(table, position, "position", 99L));
            all.add(new Alteration(table, position, "position", 0L));
            all.add(new Alteration(table, position, "hash", noise));
            all.add(new Alteration(table, position, "hash", new byte[0]));
        }
        all.add(new Alteration(LedgerTable.HEADS, 16, "signature", signature));
        all.add(new Alteration(LedgerTable.HEADS, 5, "signature", new byte[0]));
        return all;
    }

    /** Of the row that the alterations of a table's key are made to. */
    private static long position(LedgerTable table) {
        return switch (table) {
            case VOTES -> 2;
            case TRANSACTIONS -> 5;
            case VIOLATIONS -> 11;
            case REPUTATION -> 15;
            case HEADS -> 16;
        };
    }

    @Test
    void audit_ofWhatTheNodeWrote_isClean() throws Exception {
        AuditReport report = audit();
        assertThat(report.findings()).isEmpty();
        assertThat(report.isClean()).isTrue();
        assertThat(report.rows()).isEqualTo(16);
        assertThat(report.heads()).isEqualTo(4);
        assertThat(report.last()).isEqualTo(ledger.tail(LedgerFixture.CHAIN).row());
    }

    @ParameterizedTest
    @EnumSource(LedgerTable.class)
    void alterations_areOfEachColumn(LedgerTable table) throws Exception {
        Set<String> columns = new TreeSet<>();
        try (ResultSet found = sql.getMetaData().getColumns(null, "public", table.sqlName(), null)) {
            while (found.next()) {
                columns.add(found.getString("COLUMN_NAME"));
            }
        }
        assertThat(columns).isNotEmpty();
        assertThat(alterations().stream()
                        .filter(alteration -> alteration.table() == table)
                        .map(Alteration::column)
                        .collect(Collectors.toSet()))
                .isEqualTo(columns);
    }

    @ParameterizedTest
    @MethodSource("alterations")
    void audit_ofAnAlteredColumn_namesTheRow(Alteration alteration) throws Exception {
        update(alteration.table(), alteration.position(), alteration.column(), alteration.value());
        assertThat(audit().findings())
                .anySatisfy(finding -> {
                    assertThat(finding.position()).isEqualTo(alteration.position());
                    assertThat(finding.table())
                            .isIn(Optional.empty(), Optional.of(alteration.table())); // none where the row is gone
                })
                .allSatisfy(finding -> assertThat(finding.position())
                        .isIn(alteration.position(), alteration.position() + 1, 99L, 17L, 0L));
    }

    @Test
    void audit_ofATimeThatIsFinerThanItWasWritten_namesTheRow() throws Exception {
        update(
                LedgerTable.VOTES,
                2,
                "heard_at",
                LedgerFixture.TIME.plusNanos(1000).atOffset(ZoneOffset.UTC));
        assertThat(audit().findings()).singleElement().satisfies(finding -> {
            assertThat(finding.type()).isEqualTo(FindingType.UNREADABLE);
            assertThat(finding.position()).isEqualTo(2);
            assertThat(finding.found()).contains("heard_at");
        });
    }

    @Test
    void audit_withoutAMiddleRow_saysWhichIsMissing() throws Exception {
        execute("delete from votes where position = 7");
        assertThat(audit().findings()).singleElement().satisfies(finding -> {
            assertThat(finding.type()).isEqualTo(FindingType.MISSING);
            assertThat(finding.position()).isEqualTo(7);
        });
    }

    @Test
    void audit_withoutTheTailsRows_saysThatTheyWereSigned() throws Exception {
        execute("delete from byzantine_violations where position >= 12");
        execute("delete from reputation_scores");
        assertThat(audit().findings())
                .first()
                .extracting(Finding::type, Finding::position)
                .containsExactly(FindingType.MISSING, 12L);
    }

    private void cutTail() throws SQLException {
        for (LedgerTable table : LedgerTable.values()) {
            execute("delete from " + table.sqlName() + " where position > 10");
        }
    }

    @Test
    void audit_withoutTheTailAndItsHeads_saysSoToWhoKnowsHowLongItWas() throws Exception {
        cutTail();
        AuditReport report = new LedgerAudit(LedgerFixture.keys()).audit(ledger, "a.example", 16);
        assertThat(report.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.type()).isEqualTo(FindingType.TRUNCATED);
            assertThat(finding.position()).isEqualTo(11);
        });
    }

    @Test
    void audit_withoutAnything_saysSoToWhoKnowsHowLongItWas() throws Exception {
        for (LedgerTable table : LedgerTable.values()) {
            execute("delete from " + table.sqlName());
        }
        AuditReport report = new LedgerAudit(LedgerFixture.keys()).audit(ledger, "a.example", 1);
        assertThat(report.findings()).extracting(Finding::type).containsExactly(FindingType.TRUNCATED);
    }

    @Test
    void audit_withoutTheLastHead_saysWhichRowsNobodySigned() throws Exception {
        execute("delete from ledger_heads where position > 5");
        assertThat(audit().findings())
                .extracting(Finding::type, Finding::position)
                .containsExactly(tuple(FindingType.UNSIGNED, 6L));
    }

    @Test
    void audit_ofTwoRowsThatChangedPlaces_namesBoth() throws Exception {
        execute("update votes set position = 99 where position = 2");
        execute("update votes set position = 2 where position = 3");
        execute("update votes set position = 3 where position = 99");
        assertThat(audit().findings())
                .extracting(Finding::position)
                .contains(2L, 3L)
                .allMatch(position -> position <= 4);
    }

    @Test
    void audit_ofARowThatIsAddedAtTheEnd_saysThatNobodySignedIt() throws Exception {
        ChainHead end = ledger.tail(LedgerFixture.CHAIN).row();
        forge(LedgerFixture.CHAIN.after(end, forgedScore().encoded()));
        assertThat(audit().findings())
                .extracting(Finding::type, Finding::position)
                .containsExactly(tuple(FindingType.UNSIGNED, 17L));
    }

    @Test
    void audit_ofASecondRowOfAPosition_namesIt() throws Exception {
        ChainHead third = ledger.at(LedgerFixture.CHAIN, 3).get(0);
        forge(LedgerFixture.CHAIN.after(third, forgedScore().encoded()));
        assertThat(audit().findings())
                .extracting(Finding::type, Finding::position, Finding::table)
                .containsExactly(tuple(FindingType.DUPLICATE, 4L, Optional.of(LedgerTable.REPUTATION)));
    }

    @Test
    void audit_ofARowAtTheLeastPositionThereIs_namesIt() throws Exception {
        ChainHead end = ledger.tail(LedgerFixture.CHAIN).row();
        forge(LedgerFixture.CHAIN.after(end, forgedScore().encoded()));
        update(LedgerTable.REPUTATION, 17, "position", Long.MIN_VALUE);
        assertThat(audit().findings())
                .extracting(Finding::type, Finding::position, Finding::table)
                .containsExactly(tuple(FindingType.DUPLICATE, Long.MIN_VALUE, Optional.of(LedgerTable.REPUTATION)));
    }

    private interface Altering {
        void run() throws Exception;
    }

    /** As whoever may alter the tables leaves one. */
    private void withoutKey(Altering altering) throws Exception {
        execute("alter table reputation_scores rename to reputation_scores_with_key");
        execute("create table reputation_scores as select * from reputation_scores_with_key");
        try {
            altering.run();
        } finally {
            execute("drop table reputation_scores");
            execute("alter table reputation_scores_with_key rename to reputation_scores");
        }
    }

    /** Rows are read 64 at a time. */
    @Test
    void audit_ofTwoRowsOfAPositionWhereAPageEnds_namesThem() throws Exception {
        withoutKey(() -> {
            ChainHead last = ledger.tail(LedgerFixture.CHAIN).row();
            while (last.position() < 14 + 64) { // the first is at 15
                last = LedgerFixture.CHAIN.after(last, forgedScore().encoded());
                forge(last);
            }
            forge(last);
            assertThat(audit().findings())
                    .extracting(Finding::type, Finding::position)
                    .contains(tuple(FindingType.DUPLICATE, 78L));
        });
    }

    @Test
    void audit_ofManyRowsOfAPosition_ends() throws Exception {
        withoutKey(() -> {
            for (int i = 0; i < 500; i++) {
                execute("insert into reputation_scores select * from kept_reputation_scores where position = 15");
            }
            assertThat(audit().findings())
                    .extracting(Finding::type, Finding::position)
                    .contains(tuple(FindingType.DUPLICATE, 15L));
        });
    }

    private static ReputationEntry forgedScore() {
        return ReputationEntry.of("e.example", 100, false, LedgerFixture.TIME, "forgiven");
    }

    private void forge(ChainHead place) throws SQLException {
        insert(new LedgerRow(place.position(), forgedScore(), place.hash()));
    }

    private void insert(LedgerRow row) throws SQLException {
        EntryColumns<?> columns = EntryColumns.REPUTATION;
        String statement = ChainSql.insert(columns.table(), columns.columns());
        try (PreparedStatement insert = sql.prepareStatement(statement)) {
            RowWriter out = new RowWriter(insert)
                    .chain(LedgerFixture.CHAIN)
                    .number(row.position())
                    .bytes(row.hash());
            columns.write(out, row.entry());
            assertThat(insert.executeUpdate()).isEqualTo(1);
        }
    }

    @Test
    void audit_ofARowWhoseHashesWereComputedAgain_namesTheHeadsThatDoNotFit() throws Exception {
        ChainHead before = ledger.at(LedgerFixture.CHAIN, 14).get(0);
        ReputationEntry last = (ReputationEntry) LedgerFixture.entries().get(15);
        execute("delete from reputation_scores where position >= 15");
        ChainHead forged = LedgerFixture.CHAIN.after(before, forgedScore().encoded());
        insert(new LedgerRow(15, forgedScore(), forged.hash()));
        ChainHead end = LedgerFixture.CHAIN.after(forged, last.encoded());
        insert(new LedgerRow(16, last, end.hash()));
        update(LedgerTable.HEADS, 15, "hash", forged.hash().toByteArray());
        update(LedgerTable.HEADS, 16, "hash", end.hash().toByteArray());
        assertThat(audit().findings())
                .extracting(Finding::type, Finding::position)
                .containsExactly(
                        tuple(FindingType.HEAD, 15L), tuple(FindingType.HEAD, 16L), tuple(FindingType.UNSIGNED, 11L));
    }

    @Test
    void audit_ofHostileText_printsOneLineOfIt() throws Exception {
        update(LedgerTable.VOTES, 2, "node", "\u001b[2J\n" + FORGED);
        assertThat(audit().findings())
                .isNotEmpty()
                .allSatisfy(finding -> assertThat(finding.toString().chars())
                        .allMatch(character -> character >= ' ' && character < 127));
    }
}
