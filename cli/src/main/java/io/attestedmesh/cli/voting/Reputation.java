package io.attestedmesh.cli.voting;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Table;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code amesh voting reputation}. */
@Command(
        name = "reputation",
        description = {"Show each node's score, and who is excluded (docs/voting.md, \"Reputation\")."})
final class Reputation implements Verb {
    private final Terminal terminal;

    @Mixin
    private AdminOptions node;

    Reputation(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException, InterruptedException {
        Map<String, Object> answer = node.ask(terminal, "reputation", Map.of());
        if (node.json()) {
            terminal.json(answer);
        } else {
            Table.of(Table.rows(answer.get("reputation"))).forEach(terminal::print);
        }
        return ExitStatus.DONE;
    }
}
