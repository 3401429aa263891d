package io.attestedmesh.cli.node;

import io.attestedmesh.cli.command.Noun;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.config.Address;
import io.attestedmesh.cli.config.ConfigOptions;
import java.nio.file.Path;
import java.util.function.Consumer;
import picocli.CommandLine;

/** {@code amesh node}. */
public final class NodeCommands {
    private NodeCommands() {}

    /** The noun with its verbs. */
    public static CommandLine of(Terminal terminal) {
        return Noun.of(
                "node",
                "Run a node, look into it, or reach another one.",
                new Run(terminal),
                new Status(terminal),
                new Why(terminal),
                new Ping(terminal),
                new Registers(terminal));
    }

    /**
     * {@code amesh node run} within a command that has more to do in this process: it serves until its thread is
     * interrupted, then lets calls end.
     *
     * @param file amesh.toml; what overrides it comes from {@code terminal}
     * @param nsms where its evidence comes from, unless that is simulated
     * @param onListening told where it listens, once it does
     */
    public static Verb run(Terminal terminal, Path file, NsmSource nsms, Consumer<Address> onListening) {
        return new Run(terminal, ConfigOptions.of(file), nsms, onListening);
    }
}
