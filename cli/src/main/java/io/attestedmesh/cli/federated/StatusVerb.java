package io.attestedmesh.cli.federated;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Stop;
import io.attestedmesh.cli.command.Table;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.config.ConfigOptions;
import io.attestedmesh.cli.telemetry.TelemetryClient;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code amesh fl status}: what a running server of rounds, or a gossiping node, says of its learning. */
@Command(
        name = "status",
        description = {
            "Show how the learning of a running node goes: rounds, participants and their releases, metrics.",
            "The node is asked at [telemetry] listen of its configuration."
        })
final class StatusVerb implements Verb {
    private final Terminal terminal;

    @Mixin
    private ConfigOptions configuration;

    @Option(names = "--watch", description = "Show it again every second, until the rounds are complete.")
    private boolean watch;

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    StatusVerb(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException, InterruptedException {
        TelemetryClient client = TelemetryClient.of(configuration.load(terminal));
        try (Stop stop = Stop.onSignal()) {
            stop.status(ExitStatus.DONE);
            boolean done = show(client);
            while (watch && !done) {
                TimeUnit.SECONDS.sleep(1);
                done = show(client);
            }
        } catch (InterruptedException stopped) {
            // enough was seen
        }
        return ExitStatus.DONE;
    }

    private static Map<String, Object> json(Map<?, ?> status) {
        Map<String, Object> json = new LinkedHashMap<>();
        status.forEach((key, value) -> json.put(String.valueOf(key), value));
        return json;
    }

    /** True if there is nothing more to come. */
    private boolean show(TelemetryClient client) throws CommandException, InterruptedException {
        Object part = client.status().get(RoundsPart.NAME);
        if (!(part instanceof Map<?, ?> status)) {
            throw CommandException.usage(
                    "the node that answers does not learn", "'amesh fl server' with this configuration does");
        }
        if (json) {
            terminal.json(json(status));
        } else {
            if (watch) {
                terminal.out().print(Table.CLEAR);
            }
            StatusTable.of(status).forEach(terminal::print);
        }
        return "done".equals(status.get("stage"));
    }
}
