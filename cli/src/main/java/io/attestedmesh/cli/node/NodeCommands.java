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
                "Run a node, or reach another one.",
                new Run(terminal),
                new Ping(terminal),
                new Registers(terminal));
    }
}
