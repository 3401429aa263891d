package io.attestedmesh.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Maps as the rows of a table for people. */
public final class Table {
    /** Has a terminal show what comes in the place of what it shows. */
    public static final String CLEAR = "\u001b[H\u001b[2J";

    private Table() {}

    /** The maps among what a list holds. */
    public static List<Map<?, ?>> rows(Object value) {
        List<Map<?, ?>> rows = new ArrayList<>();
        if (value instanceof List<?> list) {
            for (Object row : list) {
                if (row instanceof Map<?, ?> map) {
                    rows.add(map);
                }
            }
        }
        return rows;
    }

    /** A column for each key of any row; a dash where a row has none. */
    public static List<String> of(List<? extends Map<?, ?>> rows) {
        Set<String> columns = new LinkedHashSet<>();
        rows.forEach(row -> row.keySet().forEach(key -> columns.add(String.valueOf(key))));
        List<List<String>> cells = new ArrayList<>();
        cells.add(columns.stream().map(name -> name.toUpperCase(Locale.ROOT)).toList());
        for (Map<?, ?> row : rows) {
            cells.add(columns.stream()
                    .map(name -> row.get(name) == null ? "-" : String.valueOf(row.get(name)))
                    .toList());
        }
        int[] widths = new int[columns.size()];
        cells.forEach(line -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        });
        return rows.isEmpty()
                ? List.of()
                : cells.stream().map(line -> line(line, widths)).toList();
    }

    private static String line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            line.append(cells.get(i)).append(" ".repeat(widths[i] - cells.get(i).length() + 2));
        }
        return line.toString().stripTrailing();
    }
}
