package io.attestedmesh.cli.mpc;

import io.attestedmesh.cli.command.Noun;
import io.attestedmesh.cli.command.Terminal;
import picocli.CommandLine;

/** {@code amesh mpc}. */
public final class MpcCommands {
    private MpcCommands() {}

    /** The noun with its verbs. */
    public static CommandLine of(Terminal terminal) {
        return Noun.of("mpc", "Reach the other parties of computations.", new Ping(terminal), new Bench(terminal));
    }
}
