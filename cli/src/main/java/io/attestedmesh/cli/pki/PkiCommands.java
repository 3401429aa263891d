package io.attestedmesh.cli.pki;

import io.attestedmesh.cli.command.Noun;
import io.attestedmesh.cli.command.Terminal;
import picocli.CommandLine;

/** {@code amesh pki}: what a hand-made set-up would do with openssl. */
public final class PkiCommands {
    private PkiCommands() {}

    /** The noun with its verbs. */
    public static CommandLine of(Terminal terminal) {
        return Noun.of("pki", "Keys and certificates of a private CA.");
    }
}
