package io.attestedmesh.voting.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.StatementVerifier;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What each ledger does, whatever database is beneath. */
abstract class LedgerContract {
    /** A ledger of its own for this test, the same each time. */
    abstract Ledger open();

    /** The same, for reading only. */
    abstract Ledger openForReading();

    /** Another way into the same database. */
    abstract Connection sql() throws Exception;

    /** Writes down what it is shown. */
    static class Shown implements LedgerVisitor {
        final List<Object> all = new ArrayList<>();

        @Override
        public void row(LedgerRow row) {
            all.add(row);
        }

        @Override
        public void unreadable(LedgerTable table, long position, Bytes hash, String why) {
            all.add(table + " " + position + " " + why);
        }

        @Override
        public void head(SignedHead head) {
            all.add(head);
        }

        List<LedgerRow> rows() {
            return all.stream()
                    .filter(LedgerRow.class::isInstance)
                    .map(LedgerRow.class::cast)
                    .toList();
        }
    }

    static Shown shown(Ledger ledger, Chain chain) throws LedgerException {
        Shown shown = new Shown();
        ledger.visit(chain, shown);
        return shown;
    }

    @Test
    void tail_withoutRows_isEmpty() throws Exception {
        try (Ledger ledger = open()) {
            assertThat(ledger.tail(LedgerFixture.CHAIN)).isEqualTo(new LedgerTail(ChainHead.EMPTY, Optional.empty()));
        }
    }

    @Test
    void tail_afterAppends_isTheLastRowAndItsHead() throws Exception {
        try (Ledger ledger = open()) {
            ChainHead head = LedgerFixture.appendAll(ledger);
            LedgerTail tail = ledger.tail(LedgerFixture.CHAIN);
            assertThat(head.position()).isEqualTo(16);
            assertThat(tail.row()).isEqualTo(head);
            assertThat(tail.head().orElseThrow().head()).isEqualTo(head);
            tail.head().orElseThrow().verify(LedgerFixture.CHAIN, new StatementVerifier(LedgerFixture.keys()));
        }
    }

    @Test
    void visit_ofEachKindOfEntry_givesThemBackAsTheyWere() throws Exception {
        try (Ledger ledger = open()) {
            ChainHead head = LedgerFixture.appendAll(ledger);
            assertThat(head.position()).isEqualTo(16);
            assertThat(shown(ledger, LedgerFixture.CHAIN).rows())
                    .isEqualTo(LedgerFixture.rows(LedgerFixture.CHAIN, ChainHead.EMPTY, LedgerFixture.entries()));
        }
    }

    @Test
    void visit_ofHeads_showsEachAfterItsRow() throws Exception {
        try (Ledger ledger = open()) {
            ChainHead first = LedgerFixture.append(ledger, LedgerFixture.CHAIN, ChainHead.EMPTY, votes(1, 2));
            ChainHead second = LedgerFixture.append(ledger, LedgerFixture.CHAIN, first, votes(3, 3));
            List<Object> all = shown(ledger, LedgerFixture.CHAIN).all;
            assertThat(all).hasSize(5);
            assertThat(all.get(2))
                    .isInstanceOfSatisfying(
                            SignedHead.class, head -> assertThat(head.head()).isEqualTo(first));
            assertThat(all.get(4))
                    .isInstanceOfSatisfying(
                            SignedHead.class, head -> assertThat(head.head()).isEqualTo(second));
        }
    }

    @Test
    void visit_ofMoreRowsThanAPage_showsEachOnceInOrder() throws Exception {
        List<VoteEntry> votes = votes(1, 300);
        try (Ledger ledger = open()) {
            ChainHead head = LedgerFixture.append(ledger, LedgerFixture.CHAIN, ChainHead.EMPTY, votes);
            assertThat(head.position()).isEqualTo(300);
            assertThat(shown(ledger, LedgerFixture.CHAIN).rows())
                    .isEqualTo(LedgerFixture.rows(LedgerFixture.CHAIN, ChainHead.EMPTY, votes));
        }
    }

    @Test
    void visit_whileRowsAreAppended_showsOneMoment() throws Exception {
        try (Ledger ledger = open()) {
            ChainHead head = LedgerFixture.append(ledger, LedgerFixture.CHAIN, ChainHead.EMPTY, votes(1, 100));
            List<Long> seen = new ArrayList<>();
            Shown appending = new Shown() {
                @Override
                public void row(LedgerRow row) {
                    if (seen.isEmpty()) {
                        try {
                            ChainHead unused = LedgerFixture.append(ledger, LedgerFixture.CHAIN, head, votes(101, 200));
                        } catch (LedgerException e) {
                            throw new IllegalStateException(e);
                        }
                    }
                    seen.add(row.position());
                }
            };
            ledger.visit(LedgerFixture.CHAIN, appending);
            assertThat(seen).hasSize(100);
            assertThat(ledger.tail(LedgerFixture.CHAIN).row().position()).isEqualTo(200);
        }
    }

    @Test
    void append_ofAPositionThatIsTaken_leavesNothing() throws Exception {
        try (Ledger ledger = open()) {
            ChainHead head = LedgerFixture.append(ledger, LedgerFixture.CHAIN, ChainHead.EMPTY, votes(1, 3));
            ChainHead second = LedgerFixture.rows(LedgerFixture.CHAIN, ChainHead.EMPTY, votes(1, 2)).stream()
                    .reduce((one, last) -> last)
                    .map(row -> new ChainHead(row.position(), row.hash()))
                    .orElseThrow();
            assertThatThrownBy(() -> LedgerFixture.append(ledger, LedgerFixture.CHAIN, second, votes(3, 9)))
                    .isInstanceOf(LedgerException.class)
                    .hasMessageContaining("could not write to the ledger at ");
            assertThat(ledger.tail(LedgerFixture.CHAIN).row()).isEqualTo(head);
            assertThat(shown(ledger, LedgerFixture.CHAIN).all).hasSize(4);
        }
    }

    @Test
    void append_ofAHeadThatIsTaken_leavesNoRows() throws Exception {
        try (Ledger ledger = open()) {
            ChainHead head = LedgerFixture.append(ledger, LedgerFixture.CHAIN, ChainHead.EMPTY, votes(1, 3));
            List<LedgerRow> rows = LedgerFixture.rows(LedgerFixture.CHAIN, head, votes(4, 6));
            SignedHead taken = SignedHead.of(head, LedgerFixture.signer("a.example"));
            assertThatThrownBy(() -> ledger.append(LedgerFixture.CHAIN, rows, taken))
                    .isInstanceOf(LedgerException.class);
            assertThat(ledger.tail(LedgerFixture.CHAIN).row()).isEqualTo(head);
        }
    }

    @Test
    void chains_ofTwoRecorders_areApart() throws Exception {
        Chain other = Chain.of(LedgerFixture.COMMITTEE, "b.example");
        try (Ledger ledger = open()) {
            ChainHead one = LedgerFixture.append(ledger, LedgerFixture.CHAIN, ChainHead.EMPTY, votes(1, 3));
            ChainHead two = LedgerFixture.append(ledger, other, ChainHead.EMPTY, votes(1, 2));
            assertThat(ledger.tail(LedgerFixture.CHAIN).row()).isEqualTo(one);
            assertThat(ledger.tail(other).row()).isEqualTo(two);
            assertThat(shown(ledger, other).rows()).hasSize(2);
        }
    }

    @Test
    void chains_ofTwoEpochsAndNetworks_areApart() throws Exception {
        try (Ledger ledger = open()) {
            ChainHead unused = LedgerFixture.append(ledger, LedgerFixture.CHAIN, ChainHead.EMPTY, votes(1, 3));
            assertThat(shown(ledger, new Chain("test", 4, "a.example")).all).isEmpty();
            assertThat(shown(ledger, new Chain("Test", 3, "a.example")).all).isEmpty();
        }
    }

    @Test
    void at_aPosition_isItsHash() throws Exception {
        try (Ledger ledger = open()) {
            ChainHead head = LedgerFixture.append(ledger, LedgerFixture.CHAIN, ChainHead.EMPTY, votes(1, 3));
            assertThat(ledger.at(LedgerFixture.CHAIN, 3)).containsExactly(head);
            assertThat(ledger.at(LedgerFixture.CHAIN, 4)).isEmpty();
        }
    }

    @Test
    void recorders_areThoseOfTheEpoch() throws Exception {
        Chain other = Chain.of(LedgerFixture.COMMITTEE, "b.example");
        try (Ledger ledger = open()) {
            ChainHead unused = LedgerFixture.append(ledger, other, ChainHead.EMPTY, votes(1, 1));
            ChainHead unusedToo = LedgerFixture.append(ledger, LedgerFixture.CHAIN, ChainHead.EMPTY, votes(1, 1));
            assertThat(ledger.recorders("test", 3)).containsExactly("a.example", "b.example");
            assertThat(ledger.recorders("test", 2)).isEmpty();
        }
    }

    @Test
    void transactions_areTheLatestFirst() throws Exception {
        try (Ledger ledger = open()) {
            ChainHead unused = LedgerFixture.appendAll(ledger);
            assertThat(ledger.transactions(LedgerFixture.CHAIN, 1))
                    .extracting(entry -> entry.transaction().text())
                    .containsExactly("tx_failed");
            assertThat(ledger.transactions(LedgerFixture.CHAIN, 9))
                    .extracting(entry -> entry.transaction().text())
                    .containsExactly("tx_failed", "tx_decided");
        }
    }

    @Test
    void transactions_thatAreAltered_areAnError() throws Exception {
        try (Ledger ledger = open()) {
            ChainHead unused = LedgerFixture.appendAll(ledger);
            alter("update transactions set outcome = 'MAYBE' where position = 5");
            assertThatThrownBy(() -> ledger.transactions(LedgerFixture.CHAIN, 9))
                    .isInstanceOf(LedgerException.class)
                    .hasMessageContaining("altered");
        }
    }

    @Test
    void rows_afterItWasClosed_areThereStill() throws Exception {
        ChainHead head;
        try (Ledger ledger = open()) {
            head = LedgerFixture.appendAll(ledger);
        }
        try (Ledger again = open()) {
            assertThat(again.tail(LedgerFixture.CHAIN).row()).isEqualTo(head);
        }
    }

    @Test
    void openedForReading_readsAndDoesNotWrite() throws Exception {
        ChainHead head;
        try (Ledger ledger = open()) {
            head = LedgerFixture.appendAll(ledger);
        }
        try (Ledger reading = openForReading()) {
            assertThat(shown(reading, LedgerFixture.CHAIN).rows()).hasSize(16);
            assertThatThrownBy(() -> LedgerFixture.append(reading, LedgerFixture.CHAIN, head, votes(1, 1)))
                    .isInstanceOf(LedgerException.class)
                    .hasMessageContaining("for reading only");
        }
    }

    @Test
    void openedForReading_whereNothingWasWritten_isAnError() throws Exception {
        try (Ledger reading = openForReading()) {
            assertThatThrownBy(() -> reading.tail(LedgerFixture.CHAIN)).isInstanceOf(LedgerException.class);
        }
    }

    /** Does to the database what somebody with its credentials may do. */
    void alter(String... statements) throws Exception {
        try (Connection connection = sql();
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    static List<VoteEntry> votes(long first, long last) {
        List<VoteEntry> votes = new ArrayList<>();
        for (long sequence = first; sequence <= last; sequence++) {
            votes.add(LedgerFixture.vote(sequence));
        }
        return votes;
    }
}
