package io.attestedmesh.cli.voting;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code amesh voting vote}. */
@Command(
        name = "vote",
        description = {
            "Vote in a transaction, once: what this node said it keeps to.",
            "Returns once the vote is on this node's disk and on its way to the others; --wait waits for the outcome."
        },
        footer = {"", "Example:", "  amesh voting vote --config amesh.toml --tx-id tx_001 --value 42 --wait"})
final class Vote implements Verb {
    private static final long POLL_MILLIS = 100;

    private final Terminal terminal;

    @Mixin
    private AdminOptions node;

    @Option(names = "--tx-id", paramLabel = "ID", required = true, description = "The transaction.")
    private String transaction;

    @Option(
            names = "--value",
            paramLabel = "VALUE",
            required = true,
            description = "What it should be, 1 to 1024 bytes.")
    private String value;

    @Option(names = "--wait", description = "Wait until the transaction is decided or has failed.")
    private boolean wait;

    Vote(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException, InterruptedException {
        Map<String, Object> voted = node.ask(terminal, "vote", Map.of("transaction", transaction, "value", value));
        if (!wait) {
            terminal.report(voted, node.json());
            return ExitStatus.DONE;
        }
        while (true) {
            Map<String, Object> status = node.ask(terminal, "status", Map.of("transaction", transaction));
            if (!"PENDING".equals(status.get("outcome"))) {
                Map<String, Object> shown = new LinkedHashMap<>(voted);
                shown.put("outcome", status.get("outcome"));
                shown.put("decided", status.get("value"));
                terminal.report(shown, node.json());
                return "DECIDED".equals(status.get("outcome")) ? ExitStatus.DONE : ExitStatus.REJECTED;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }
}
