package io.attestedmesh.cli.node;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * JSON for people, whatever is in it: an object as lines of key and value, one inside of it indented, a list of objects as a
 * table.
 */
final class Outline {
    private static final String INDENT = "  ";
    private static final String NOTHING = "-";

    private final List<String> lines = new ArrayList<>();

    private Outline() {}

    static List<String> of(Map<?, ?> object) {
        Outline outline = new Outline();
        outline.object(object, "");
        return outline.lines;
    }

    private void object(Map<?, ?> object, String indent) {
        int width = object.entrySet().stream()
                .filter(entry -> scalar(entry.getValue()).isPresent())
                .mapToInt(entry -> String.valueOf(entry.getKey()).length())
                .max()
                .orElse(0);
        for (Map.Entry<?, ?> entry : object.entrySet()) {
            String key = String.valueOf(entry.getKey());
            Optional<String> value = scalar(entry.getValue());
            if (value.isPresent()) {
                lines.add(indent + padded(key, width) + INDENT + value.get());
            } else {
                lines.add(indent + key);
                nested(entry.getValue(), indent + INDENT);
            }
        }
    }

    private void nested(Object value, String indent) {
        if (value instanceof Map<?, ?> map) {
            object(map, indent);
        } else if (value instanceof Collection<?> items) {
            List<Map<?, ?>> rows = new ArrayList<>();
            for (Object item : items) {
                if (item instanceof Map<?, ?> row) {
                    rows.add(row);
                } else {
                    lines.add(indent + cell(item));
                }
            }
            table(rows, indent);
        }
    }

    /** Columns in the order in which rows have them. */
    private void table(List<Map<?, ?>> rows, String indent) {
        Map<Object, Integer> widths = new LinkedHashMap<>();
        rows.forEach(row -> row.forEach((key, value) -> widths.merge(
                key, Math.max(String.valueOf(key).length(), cell(value).length()), Math::max)));
        if (!rows.isEmpty()) {
            StringBuilder head = new StringBuilder();
            widths.forEach((key, width) ->
                    head.append(padded(String.valueOf(key), width)).append(INDENT));
            lines.add(indent + head.toString().stripTrailing());
        }
        for (Map<?, ?> row : rows) {
            StringBuilder line = new StringBuilder();
            widths.forEach((key, width) ->
                    line.append(padded(cell(row.get(key)), width)).append(INDENT));
            lines.add(indent + line.toString().stripTrailing());
        }
    }

    /** What stands on the line of its key. */
    private static Optional<String> scalar(Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.isEmpty() ? Optional.of(NOTHING) : Optional.empty();
        }
        if (value instanceof Collection<?> items) {
            return items.isEmpty() ? Optional.of(NOTHING) : Optional.empty();
        }
        return Optional.of(cell(value));
    }

    private static String cell(Object value) {
        return value == null ? NOTHING : String.valueOf(value);
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
