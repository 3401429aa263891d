package io.attestedmesh.voting.ledger;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** The statements, each for one chain: its network, epoch and recorder are the first parameters. */
final class ChainSql {
    static final Column HASH = Column.upTo("hash", EntryBounds.DIGEST);
    static final Column SIGNATURE = Column.upTo("signature", EntryBounds.SIGNATURE);

    private static final List<String> KEY = List.of("network", "epoch", "recorder", "position");
    private static final String OF_CHAIN = " where network = ? and epoch = ? and recorder = ?";

    // all of the primary key, or H2 sorts the table for each page
    private static final String UP = " order by network, epoch, recorder, position";
    private static final String DOWN = " order by network desc, epoch desc, recorder desc, position desc";

    private ChainSql() {}

    /** Parameters: the key, the hash, the columns. */
    static String insert(LedgerTable table, List<Column> columns) {
        List<String> names = new ArrayList<>(KEY);
        names.add(HASH.name());
        columns.forEach(column -> names.add(column.quoted()));
        return "insert into " + table.sqlName() + " (" + String.join(", ", names) + ") values ("
                + String.join(", ", Collections.nCopies(names.size(), "?")) + ")";
    }

    /** Rows from a position on, so many. */
    static String page(LedgerTable table, List<Column> columns) {
        return select(table, columns) + OF_CHAIN + " and position >= ?" + UP + " fetch first ? rows only";
    }

    /** The last rows, so many. */
    static String last(LedgerTable table, List<Column> columns) {
        return select(table, columns) + OF_CHAIN + DOWN + " fetch first ? rows only";
    }

    /** The row of a position. */
    static String at(LedgerTable table) {
        return select(table, List.of()) + OF_CHAIN + " and position = ?";
    }

    private static String select(LedgerTable table, List<Column> columns) {
        List<Column> all = new ArrayList<>(List.of(Column.plain("position"), HASH));
        all.addAll(columns);
        return all.stream().map(Column::selected).collect(Collectors.joining(", ", "select ", "")) + " from "
                + table.sqlName();
    }
}
