package io.attestedmesh.voting.ledger;

import io.attestedmesh.voting.statement.MalformedStatementException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;

/** A ledger in a relational database: a file of H2's, or PostgreSQL from 15. Thread-safe. */
public final class SqlLedger implements Ledger {
    private final LedgerDatabase database;

    private SqlLedger(LedgerDatabase database) {
        this.database = database;
    }

    /** A file that only this process has open; H2 adds {@code .mv.db} to its name. */
    public static SqlLedger embedded(Path file) {
        return new SqlLedger(EmbeddedSource.writing(file));
    }

    /** As {@link #embedded}, for who only reads it while no node has it open. */
    public static SqlLedger embeddedForReading(Path file) {
        return new SqlLedger(EmbeddedSource.reading(file));
    }

    /**
     * A database of its own on a PostgreSQL server; the user makes the tables when it is first reached.
     *
     * @param url {@code jdbc:postgresql://host:port/database?sslmode=verify-full}, without a password
     */
    public static SqlLedger postgresql(String url, String user, Supplier<String> password) {
        return new SqlLedger(PostgresSource.writing(url, user, password));
    }

    /** As {@link #postgresql}, for a user who may do no more than SELECT. */
    public static SqlLedger postgresqlForReading(String url, String user, Supplier<String> password) {
        return new SqlLedger(PostgresSource.reading(url, user, password));
    }

    @Override
    public LedgerTail tail(Chain chain) throws LedgerException {
        return database.read("read the end of", connection -> {
            List<ChainHead> last = new ArrayList<>(List.of(ChainHead.EMPTY));
            for (EntryColumns<?> columns : EntryColumns.ALL) {
                last.addAll(hashes(connection, ChainSql.last(columns.table(), List.of()), chain, 1));
            }
            ChainHead row = last.stream()
                    .max(Comparator.comparingLong(ChainHead::position))
                    .orElse(ChainHead.EMPTY);
            return new LedgerTail(row, lastHead(connection, chain));
        });
    }

    private static Optional<SignedHead> lastHead(Connection connection, Chain chain) throws SQLException {
        String sql = ChainSql.last(LedgerTable.HEADS, List.of(ChainSql.SIGNATURE));
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            RowWriter unused = new RowWriter(select).chain(chain).number(1);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? Optional.of(head(rows)) : Optional.empty();
            }
        }
    }

    private static SignedHead head(ResultSet rows) throws SQLException {
        ChainHead head = new ChainHead(rows.getLong("position"), TableScan.hash(rows));
        return new SignedHead(head, TableScan.orEmpty(rows.getBytes(ChainSql.SIGNATURE.name())));
    }

    private static List<ChainHead> hashes(Connection connection, String sql, Chain chain, long parameter)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            RowWriter unused = new RowWriter(select).chain(chain).number(parameter);
            List<ChainHead> found = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(new ChainHead(rows.getLong("position"), TableScan.hash(rows)));
                }
            }
            return found;
        }
    }

    @Override
    public List<ChainHead> at(Chain chain, long position) throws LedgerException {
        return database.read("read from", connection -> {
            List<ChainHead> found = new ArrayList<>();
            for (EntryColumns<?> columns : EntryColumns.ALL) {
                found.addAll(hashes(connection, ChainSql.at(columns.table()), chain, position));
            }
            return found;
        });
    }

    @Override
    public void append(Chain chain, List<LedgerRow> rows, SignedHead head) throws LedgerException {
        database.write("write to", connection -> {
            for (EntryColumns<?> columns : EntryColumns.ALL) {
                List<LedgerRow> ofTable = rows.stream()
                        .filter(row -> row.table() == columns.table())
                        .toList();
                if (!ofTable.isEmpty()) {
                    insert(connection, chain, columns, ofTable);
                }
            }
            return insert(connection, chain, head);
        });
    }

    private static void insert(Connection connection, Chain chain, EntryColumns<?> columns, List<LedgerRow> rows)
            throws SQLException {
        String sql = ChainSql.insert(columns.table(), columns.columns());
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            for (LedgerRow row : rows) {
                RowWriter out = new RowWriter(insert)
                        .chain(chain)
                        .number(row.position())
                        .bytes(row.hash());
                columns.write(out, row.entry());
                insert.addBatch();
            }
            int[] unused = insert.executeBatch();
        }
    }

    private static int insert(Connection connection, Chain chain, SignedHead head) throws SQLException {
        String sql = ChainSql.insert(LedgerTable.HEADS, List.of(ChainSql.SIGNATURE));
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            RowWriter unused = new RowWriter(insert)
                    .chain(chain)
                    .number(head.head().position())
                    .bytes(head.head().hash())
                    .bytes(head.signature());
            return insert.executeUpdate();
        }
    }

    @Override
    public void visit(Chain chain, LedgerVisitor visitor) throws LedgerException {
        database.read("read", connection -> {
            List<TableScan> scans = new ArrayList<>();
            for (EntryColumns<?> columns : EntryColumns.ALL) {
                String sql = ChainSql.page(columns.table(), columns.columns());
                scans.add(new TableScan(connection, chain, sql, (position, hash, row) -> {
                    try {
                        LedgerRow read = new LedgerRow(position, columns.read(row), hash);
                        return to -> to.row(read);
                    } catch (MalformedStatementException e) {
                        return to -> to.unreadable(columns.table(), position, hash, e.getMessage());
                    }
                }));
            }
            String sql = ChainSql.page(LedgerTable.HEADS, List.of(ChainSql.SIGNATURE));
            scans.add(new TableScan(connection, chain, sql, (position, hash, row) -> {
                SignedHead head = head(row);
                return to -> to.head(head);
            }));
            TableScan.merge(scans, visitor);
            return chain;
        });
    }

    @Override
    public List<String> recorders(String network, long epoch) throws LedgerException {
        return database.read("read from", connection -> {
            String sql =
                    "select distinct recorder from " + LedgerTable.HEADS.sqlName() + " where network = ? and epoch = ?";
            try (PreparedStatement select = connection.prepareStatement(sql)) {
                RowWriter unused = new RowWriter(select).text(network).number(epoch);
                TreeSet<String> found = new TreeSet<>();
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        found.add(rows.getString(1));
                    }
                }
                return List.copyOf(found);
            }
        });
    }

    @Override
    public List<TransactionEntry> transactions(Chain chain, int most) throws LedgerException {
        return database.read("read transactions from", connection -> {
            String sql = ChainSql.last(LedgerTable.TRANSACTIONS, EntryColumns.TRANSACTIONS.columns());
            try (PreparedStatement select = connection.prepareStatement(sql)) {
                RowWriter unused = new RowWriter(select).chain(chain).number(most);
                List<TransactionEntry> found = new ArrayList<>();
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        found.add(EntryColumns.TRANSACTIONS.read(rows));
                    }
                }
                return found;
            } catch (MalformedStatementException e) {
                throw new SQLException(
                        "a row of transactions is altered: audit the ledger (" + e.getMessage() + ")", e);
            }
        });
    }

    @Override
    public void close() {
        database.close();
    }
}
