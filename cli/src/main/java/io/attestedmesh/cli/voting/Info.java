package io.attestedmesh.cli.voting;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code amesh voting info}. */
@Command(
        name = "info",
        description = {
            "Show the node: its network, how many liars it bears, whether ledger and coordination store are there.",
            "With --json it is also what 'amesh voting verify' and 'audit' take the voting keys from."
        })
final class Info implements Verb {
    private final Terminal terminal;

    @Mixin
    private AdminOptions node;

    Info(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException, InterruptedException {
        Map<String, Object> info = node.ask(terminal, "info", Map.of());
        if (!node.json()) {
            info.remove("announcements");
        }
        terminal.report(info, node.json());
        return ExitStatus.DONE;
    }
}
