package io.attestedmesh.cli.root;

import io.attestedmesh.cli.command.Noun;
import io.attestedmesh.cli.command.Terminal;
import picocli.CommandLine;

/** {@code amesh root}: who may sign lists, how many of them must, and how that changes. */
public final class RootCommands {
    private RootCommands() {}

    /** The noun with its verbs. */
    public static CommandLine of(Terminal terminal) {
        return Noun.of(
                "root",
                "Trust roots: who may sign a list of releases.",
                new Init(terminal),
                new Next(terminal),
                new Sign(terminal),
                new Verify(terminal),
                new Show(terminal));
    }
}
