package io.attestedmesh.cli.node;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.config.ConfigOptions;
import io.attestedmesh.cli.config.MeshConfig;
import io.attestedmesh.cli.telemetry.RecentRejection;
import io.attestedmesh.cli.telemetry.TelemetryClient;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh node why}: the peers that a running node has refused, and for which reason. */
@Command(
        name = "why",
        description = {
            "Show why a running node refused a peer: its recent rejections, newest first.",
            "The node is asked at [telemetry] listen of its configuration. It has proof of no name of a peer that it refused:"
                    + " names are what the peer's certificate claims."
        },
        footer = {
            "",
            "Exit status: 0 it was asked, even if there are none, 2 [telemetry] listen is not set, 3 it is away.",
            "",
            "Examples:",
            "  amesh node why bob.example --config amesh.toml",
            "  amesh node why 10.0.0.7 --config amesh.toml",
            "  amesh node why b60c588db1b6317d --config amesh.toml --json"
        })
final class Why implements Verb {
    private final Terminal terminal;

    @Parameters(
            paramLabel = "PEER",
            arity = "0..1",
            description = "Connection id, remote address with or without port, or claimed name; by default all peers.")
    private Optional<String> peer = Optional.empty();

    @Mixin
    private ConfigOptions configuration;

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    Why(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException, InterruptedException {
        MeshConfig config = configuration.load(terminal);
        TelemetryClient.Recent recent = TelemetryClient.of(config).rejections();
        List<RecentRejection> wanted = recent.newestFirst().stream()
                .filter(rejection -> peer.map(rejection::concerns).orElse(true))
                .toList();
        if (json) {
            wanted.forEach(rejection -> terminal.json(rejection.json()));
        } else {
            wanted.forEach(this::print);
        }
        if (wanted.isEmpty()) {
            terminal.say("amesh: " + config.node().name() + " remembers no rejection"
                    + peer.map(who -> " of " + who).orElse("") + "; it runs since " + recent.since());
        }
        return ExitStatus.DONE;
    }

    private void print(RecentRejection rejection) {
        terminal.print(rejection.at() + " " + rejection.reason());
        terminal.print("  expected  " + rejection.expected());
        terminal.print("  actual    " + rejection.actual());
        terminal.print("  peer      " + rejection.role() + " " + rejection.remote());
        terminal.print("  claimed   "
                + (rejection.claimedNames().isEmpty() ? "no name" : String.join(", ", rejection.claimedNames())));
        terminal.print("  id        " + rejection.id());
    }
}
