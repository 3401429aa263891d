package io.attestedmesh.voting.ledger;

import io.attestedmesh.attest.evidence.Bytes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A chain's rows of one table, a page at a time, by position. */
final class TableScan {
    private static final int PAGE = 64;

    /** Makes of the current row what a visitor is shown. */
    interface Shown {
        Consumer<LedgerVisitor> of(long position, Bytes hash, ResultSet row) throws SQLException;
    }

    /** A row that was read, and not shown yet. */
    record Waiting(long position, Consumer<LedgerVisitor> show) {}

    private final Connection connection;
    private final Chain chain;
    private final String sql;
    private final Shown shown;
    private final Deque<Waiting> page = new ArrayDeque<>();
    private long from = Long.MIN_VALUE;
    /** Rows of this position that were shown: where somebody has dropped the key there may be more of it on the next page. */
    private int ofIt;

    private boolean ended;

    TableScan(Connection connection, Chain chain, String sql, Shown shown) {
        this.connection = connection;
        this.chain = chain;
        this.sql = sql;
        this.shown = shown;
    }

    /** Shows the rows of all of them by position; at one position, those of an earlier scan first. */
    static void merge(List<TableScan> scans, LedgerVisitor visitor) throws SQLException {
        Optional<TableScan> next = least(scans);
        while (next.isPresent()) {
            next.get().page.remove().show().accept(visitor);
            next = least(scans);
        }
    }

    private static Optional<TableScan> least(List<TableScan> scans) throws SQLException {
        for (TableScan scan : scans) {
            scan.fill();
        }
        return scans.stream()
                .filter(scan -> !scan.page.isEmpty())
                .min(Comparator.comparingLong(scan -> scan.page.element().position()));
    }

    private void fill() throws SQLException {
        if (ended || !page.isEmpty()) {
            return;
        }
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            RowWriter unused = new RowWriter(select).chain(chain).number(from).number(PAGE + (long) ofIt);
            try (ResultSet rows = select.executeQuery()) {
                for (int again = ofIt; again > 0 && rows.next(); again--) {
                    // it was on the page before
                }
                while (rows.next()) {
                    long position = rows.getLong("position");
                    ofIt = position == from ? ofIt + 1 : 1;
                    from = position;
                    page.add(new Waiting(position, shown.of(position, hash(rows), rows)));
                }
            }
        }
        ended = page.size() < PAGE;
        if (ofIt > PAGE) { // enough of it to be found
            ended = ended || from == Long.MAX_VALUE;
            from++;
            ofIt = 0;
        }
    }

    /** What stands in the column; nothing if that is null. */
    static Bytes hash(ResultSet rows) throws SQLException {
        return orEmpty(rows.getBytes(ChainSql.HASH.name()));
    }

    static Bytes orEmpty(byte[] column) {
        return column == null ? Bytes.EMPTY : Bytes.of(column);
    }
}
