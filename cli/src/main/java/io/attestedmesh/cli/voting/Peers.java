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

/** {@code amesh voting peers}. */
@Command(
        name = "peers",
        description = {
            "Show the other nodes: who is connected, what each has of this node's statements, and what it is worth."
        })
final class Peers implements Verb {
    private final Terminal terminal;

    @Mixin
    private AdminOptions node;

    Peers(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException, InterruptedException {
        Map<String, Object> answer = node.ask(terminal, "peers", Map.of());
        if (node.json()) {
            terminal.json(answer);
        } else {
            Table.of(Table.rows(answer.get("peers"))).forEach(terminal::print);
        }
        return ExitStatus.DONE;
    }
}
