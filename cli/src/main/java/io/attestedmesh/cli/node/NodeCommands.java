package io.attestedmesh.cli.node;

import io.attestedmesh.cli.command.Noun;
import io.attestedmesh.cli.command.Terminal;
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
}
