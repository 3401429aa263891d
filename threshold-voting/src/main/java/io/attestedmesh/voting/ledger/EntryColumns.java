package io.attestedmesh.voting.ledger;

import io.attestedmesh.voting.replica.Outcome;
import io.attestedmesh.voting.statement.Certificate;
import io.attestedmesh.voting.statement.MalformedStatementException;
import io.attestedmesh.voting.statement.TransactionId;
import io.attestedmesh.voting.statement.Value;
import io.attestedmesh.voting.violation.Violation;
import io.attestedmesh.voting.violation.ViolationType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** How entries of one kind stand in the columns of their table. */
final class EntryColumns<E extends LedgerEntry> {
    static final EntryColumns<VoteEntry> VOTES = new EntryColumns<>(
            LedgerTable.VOTES,
            VoteEntry.class,
            List.of(
                    Column.upTo("transaction_id", TransactionId.LONGEST),
                    Column.upTo("node", EntryBounds.LONGEST_NODE),
                    Column.plain("sequence"),
                    Column.upTo("value", Value.LONGEST),
                    Column.upTo("signature", EntryBounds.SIGNATURE),
                    Column.plain("heard_at")),
            (out, vote) -> out.text(vote.transaction().text())
                    .text(vote.node())
                    .number(vote.sequence())
                    .text(vote.value().map(Value::text))
                    .bytes(vote.signature())
                    .time(vote.heardAt()),
            in -> new VoteEntry(
                    in.text("node"),
                    in.number("sequence"),
                    new TransactionId(in.text("transaction_id")),
                    in.value(),
                    in.bytes("signature"),
                    in.time("heard_at")));

    static final EntryColumns<TransactionEntry> TRANSACTIONS = new EntryColumns<>(
            LedgerTable.TRANSACTIONS,
            TransactionEntry.class,
            List.of(
                    Column.upTo("transaction_id", TransactionId.LONGEST),
                    Column.upTo("outcome", 16),
                    Column.upTo("value", Value.LONGEST),
                    Column.upTo("certificate", Certificate.LARGEST),
                    Column.plain("settled_at")),
            (out, transaction) -> out.text(transaction.transaction().text())
                    .text(transaction.outcome().name())
                    .text(transaction.value().map(Value::text))
                    .bytes(transaction.certificate())
                    .time(transaction.at()),
            in -> new TransactionEntry(
                    new TransactionId(in.text("transaction_id")),
                    EntryBounds.named(Outcome.class, in.text("outcome")),
                    in.value(),
                    in.bytes("certificate"),
                    in.time("settled_at")));

    static final EntryColumns<ViolationEntry> VIOLATIONS = new EntryColumns<>(
            LedgerTable.VIOLATIONS,
            ViolationEntry.class,
            List.of(
                    Column.upTo("violation_id", EntryBounds.DIGEST),
                    Column.upTo("type", 32),
                    Column.upTo("accused", EntryBounds.LONGEST_NODE),
                    Column.upTo("observer", EntryBounds.LONGEST_NODE),
                    Column.upTo("summary", ViolationEntry.LONGEST_SUMMARY),
                    Column.upTo("evidence", Violation.LARGEST),
                    Column.plain("known_at")),
            (out, violation) -> out.bytes(violation.id())
                    .text(violation.type().name())
                    .text(violation.accused())
                    .text(violation.observer())
                    .text(violation.summary())
                    .bytes(violation.evidence())
                    .time(violation.at()),
            in -> new ViolationEntry(
                    in.bytes("violation_id"),
                    EntryBounds.named(ViolationType.class, in.text("type")),
                    in.text("accused"),
                    in.optional("observer"),
                    in.text("summary"),
                    in.bytes("evidence"),
                    in.time("known_at")));

    static final EntryColumns<ReputationEntry> REPUTATION = new EntryColumns<>(
            LedgerTable.REPUTATION,
            ReputationEntry.class,
            List.of(
                    Column.upTo("node", EntryBounds.LONGEST_NODE),
                    Column.plain("score"),
                    Column.plain("excluded"),
                    Column.plain("scored_at"),
                    Column.upTo("why", ReputationEntry.LONGEST_WHY)),
            (out, reputation) -> out.text(reputation.node())
                    .thousandths(reputation.thousandths())
                    .flag(reputation.excluded())
                    .time(reputation.at())
                    .text(reputation.why()),
            in -> new ReputationEntry(
                    in.text("node"),
                    in.thousandths("score"),
                    in.flag("excluded"),
                    in.time("scored_at"),
                    in.text("why")));

    static final List<EntryColumns<?>> ALL = List.of(VOTES, TRANSACTIONS, VIOLATIONS, REPUTATION);

    /** Sets an entry's columns, in their order. */
    interface Writing<E> {
        RowWriter write(RowWriter out, E entry) throws SQLException;
    }

    /** Makes an entry of its columns. */
    interface Reading<E> {
        E read(RowReader in) throws SQLException, MalformedStatementException;
    }

    private final LedgerTable table;
    private final Class<E> type;
    private final List<Column> columns;
    private final Writing<E> writing;
    private final Reading<E> reading;

    private EntryColumns(
            LedgerTable table, Class<E> type, List<Column> columns, Writing<E> writing, Reading<E> reading) {
        this.table = table;
        this.type = type;
        this.columns = columns;
        this.writing = writing;
        this.reading = reading;
    }

    LedgerTable table() {
        return table;
    }

    List<Column> columns() {
        return columns;
    }

    /** Sets the columns of an entry, which has to be of this kind. */
    void write(RowWriter out, LedgerEntry entry) throws SQLException {
        RowWriter unused = writing.write(out, type.cast(entry));
    }

    /** The entry at the current row; columns that no entry has are malformed, whatever is wrong with them. */
    E read(ResultSet rows) throws MalformedStatementException {
        try {
            return reading.read(new RowReader(rows));
        } catch (SQLException | IllegalArgumentException e) {
            throw new MalformedStatementException(e.getMessage(), e);
        }
    }
}
