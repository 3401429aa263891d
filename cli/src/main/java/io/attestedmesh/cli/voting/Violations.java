package io.attestedmesh.cli.voting;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Table;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code amesh voting violations}. */
@Command(
        name = "violations",
        description = {"Show what nodes did wrong, with the evidence."})
final class Violations implements Verb {
    private final Terminal terminal;

    @Mixin
    private AdminOptions node;

    @Option(names = "--node", paramLabel = "NAME", description = "Of this node only.")
    private Optional<String> accused = Optional.empty();

    Violations(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException, InterruptedException {
        Map<String, Object> answer = node.ask(
                terminal,
                "violations",
                accused.<Map<String, ?>>map(name -> Map.of("node", name)).orElse(Map.of()));
        if (node.json()) {
            terminal.json(answer);
            return ExitStatus.DONE;
        }
        for (Map<?, ?> violation : Table.rows(answer.get("violations"))) {
            terminal.print(
                    violation.get("type") + " by " + violation.get("accused") + " since " + violation.get("since")
                            + ("true".equals(String.valueOf(violation.get("proof"))) ? ", proved" : ", observed"));
            terminal.print("  " + violation.get("summary"));
            if (violation.get("evidence") instanceof List<?> lines) {
                lines.forEach(line -> terminal.print("  " + line));
            }
        }
        return ExitStatus.DONE;
    }
}
