package io.attestedmesh.cli.voting;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Stop;
import io.attestedmesh.cli.command.Table;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code amesh voting monitor}. */
@Command(
        name = "monitor",
        description = {"Show the node and its peers again and again, until it is interrupted."})
final class Monitor implements Verb {
    private final Terminal terminal;

    @Mixin
    private AdminOptions node;

    @Option(names = "--interval", paramLabel = "SECONDS", description = "How often; by default ${DEFAULT-VALUE}.")
    private int interval = 5;

    @Option(names = "--count", paramLabel = "N", description = "So many times, and end; by default for ever.")
    private int count = Integer.MAX_VALUE;

    Monitor(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException, InterruptedException {
        if (interval < 1 || count < 1) {
            throw CommandException.usage("--interval and --count are at least 1", "");
        }
        try (Stop stop = Stop.onSignal()) {
            stop.status(ExitStatus.DONE);
            for (int shown = 0; shown < count; shown++) {
                if (shown > 0) {
                    TimeUnit.SECONDS.sleep(interval);
                }
                show(shown > 0);
            }
        } catch (InterruptedException stopped) {
            // enough was seen
        }
        return ExitStatus.DONE;
    }

    private void show(boolean again) throws CommandException, IOException, InterruptedException {
        Map<String, Object> info = node.ask(terminal, "info", Map.of());
        Map<String, Object> peers = node.ask(terminal, "peers", Map.of());
        if (node.json()) {
            Map<String, Object> both = new LinkedHashMap<>(info);
            both.remove("announcements");
            both.putAll(peers);
            terminal.json(both);
            return;
        }
        if (again && terminal.redraws()) {
            terminal.out().print(Table.CLEAR);
        }
        terminal.print(info.get("node") + "  " + info.get("network") + " epoch " + info.get("epoch") + ", "
                + info.get("threshold") + " votes decide  " + terminal.clock().instant());
        terminal.print("transactions " + info.get("transactions") + "  pending " + info.get("pending") + "  statements "
                + info.get("statements") + "  ledger " + info.get("ledger") + " (" + info.get("ledgerWaiting")
                + " wait)  coordination " + info.get("coordination") + " (" + info.get("coordinationWaiting")
                + " wait)");
        Table.of(Table.rows(peers.get("peers"))).forEach(terminal::print);
    }
}
