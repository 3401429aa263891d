package io.attestedmesh.cli.federated;

import io.attestedmesh.cli.command.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The status of learning as lines: what is going on with a bar, and tables of the participants and of complete rounds. */
final class StatusTable {
    private StatusTable() {}

    static List<String> of(Map<?, ?> status) {
        List<String> lines = new ArrayList<>();
        lines.add("round " + status.get("round") + " of " + status.get("rounds") + "  " + status.get("stage") + "  "
                + ProgressBar.of(number(status.get("answered")), number(status.get("asked"))) + "  since "
                + status.get("since"));
        lines.add("");
        lines.addAll(Table.of(Table.rows(status.get("participants"))));
        lines.add("");
        lines.addAll(Table.of(Table.rows(status.get("complete"))));
        return lines;
    }

    private static int number(Object value) {
        return value instanceof Number number ? number.intValue() : 0;
    }
}
