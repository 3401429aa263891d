package io.attestedmesh.cli.voting;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.document.Times;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
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
    private static final String DEFAULT_TIMEOUT = "5m";

    private final Terminal terminal;

    @Mixin
    private AdminOptions node;

    @Option(
            names = "--tx-id",
            paramLabel = "ID",
            required = true,
            description = "The transaction, 1 to 128 letters, digits and ._:-")
    private String transaction;

    @Option(
            names = "--value",
            paramLabel = "VALUE",
            required = true,
            description = "What it should be, 1 to 1024 bytes.")
    private String value;

    @Option(names = "--wait", description = "Wait until it is decided, has failed, or can do neither.")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "SPAN",
            description = "How long --wait waits, as 90s or 5m (default: " + DEFAULT_TIMEOUT + ").")
    private Optional<String> timeout = Optional.empty();

    Vote(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException, InterruptedException {
        if (timeout.isPresent() && !wait) {
            throw CommandException.usage("--timeout is for --wait", "without it the command does not wait");
        }
        String span = timeout.orElse(DEFAULT_TIMEOUT);
        Duration patience = Times.span("--timeout", span);
        Map<String, Object> voted = node.ask(terminal, "vote", Map.of("transaction", transaction, "value", value));
        if (!wait) {
            terminal.report(voted, node.json());
            return ExitStatus.DONE;
        }
        Instant end = terminal.clock().instant().plus(patience);
        while (true) {
            Map<String, Object> status = node.ask(terminal, "status", Map.of("transaction", transaction));
            boolean pending = "PENDING".equals(status.get("outcome"));
            if (!pending || status.get("stuck") != null) {
                Map<String, Object> shown = new LinkedHashMap<>(voted);
                shown.put("outcome", status.get("outcome"));
                shown.put(pending ? "stuck" : "decided", status.get(pending ? "stuck" : "value"));
                terminal.report(shown, node.json());
                return "DECIDED".equals(status.get("outcome")) ? ExitStatus.DONE : ExitStatus.REJECTED;
            }
            if (terminal.clock().instant().isAfter(end)) {
                throw CommandException.failed(
                        "this node has voted, and " + transaction + " is pending after " + span,
                        "'amesh voting status --tx-id' shows who has said what, 'amesh voting peers' who is away");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }
}
