package io.attestedmesh.cli.node;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.config.ConfigOptions;
import io.attestedmesh.cli.config.MeshConfig;
import io.attestedmesh.cli.telemetry.TelemetryClient;
import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code amesh node status}: what the running node of a configuration says of itself. */
@Command(
        name = "status",
        description = {
            "Show how a running node is: health, certificates, releases, open connections, rejections.",
            "The node is asked at [telemetry] listen of its configuration."
        },
        footer = {
            "",
            "Exit status: 0 it was asked, whatever its health, 2 [telemetry] listen is not set, 3 it is away.",
            "",
            "Example:",
            "  amesh node status --config amesh.toml"
        })
final class Status implements Verb {
    private final Terminal terminal;

    @Mixin
    private ConfigOptions configuration;

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    Status(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException, InterruptedException {
        MeshConfig config = configuration.load(terminal);
        Map<String, Object> status = TelemetryClient.of(config).status();
        if (json) {
            terminal.json(status);
        } else {
            Outline.of(status).forEach(terminal::print);
        }
        return ExitStatus.DONE;
    }
}
