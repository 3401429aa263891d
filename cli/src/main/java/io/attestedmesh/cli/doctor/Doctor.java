package io.attestedmesh.cli.doctor;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.config.MeshConfig;
import io.attestedmesh.cli.config.Overrides;
import io.attestedmesh.cli.doctor.Finding.Level;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code amesh doctor}. */
@Command(
        name = "doctor",
        description = "Look at what a node needs on this machine and, with --config, at its files.",
        footer = {"", "Exit status: 0 no fault found (warnings are none), 1 at least one fault."})
public final class Doctor implements Verb {
    private final Terminal terminal;

    @Option(names = "--config", paramLabel = "FILE", description = "The configuration of the node to look at.")
    private Optional<Path> configuration = Optional.empty();

    @Option(names = "--set", paramLabel = "SECTION.KEY=VALUE", description = "Override a key of the configuration.")
    private List<String> settings = List.of();

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    public Doctor(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException {
        Optional<MeshConfig> config = Optional.empty();
        if (configuration.isPresent()) {
            Overrides overrides = Overrides.of(terminal.environment(), settings);
            config = Optional.of(MeshConfig.load(configuration.get(), overrides));
        }
        List<Finding> findings = new ArrayList<>(MachineChecks.all(config));
        config.ifPresent(node -> findings.addAll(new NodeChecks(node, terminal.clock()).all()));
        for (Finding finding : findings) {
            if (json) {
                terminal.json(finding.json());
            } else {
                terminal.print(finding.line());
            }
        }
        boolean fault = findings.stream().anyMatch(finding -> finding.level() == Level.FAULT);
        return fault ? ExitStatus.REJECTED : ExitStatus.DONE;
    }
}
