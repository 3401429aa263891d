package io.attestedmesh.cli.voting;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code amesh voting test-byzantine}. */
@Command(
        name = "test-byzantine",
        description = {
            "Have the node break a rule, to see that the others notice.",
            "It does so only in a simulated network, and if it was started by 'run --insecure-byzantine'."
        })
final class TestByzantine implements Verb {
    private final Terminal terminal;

    @Mixin
    private AdminOptions node;

    /** What it can do. */
    enum Misbehaviour {
        DOUBLE_VOTE,
        MINORITY,
        INVALID_SIGNATURE,
        SILENT,
        SPEAK;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    @Option(
            names = "--test-type",
            paramLabel = "TYPE",
            required = true,
            description = "${COMPLETION-CANDIDATES}; speak ends silent.")
    private Misbehaviour type;

    @Option(
            names = "--tx-id",
            paramLabel = "ID",
            description = "In this transaction; minority needs one that was decided. By default ${DEFAULT-VALUE}.")
    private String transaction = "test-byzantine";

    @Option(
            names = "--value",
            paramLabel = "VALUE",
            description = "The value that is voted for; by default ${DEFAULT-VALUE}.")
    private String value = "wrong";

    TestByzantine(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException, InterruptedException {
        Map<String, String> request = new TreeMap<>();
        request.put("type", type.toString());
        request.put("transaction", transaction);
        request.put("value", value);
        terminal.report(node.ask(terminal, "byzantine", request), node.json());
        return ExitStatus.DONE;
    }
}
