package io.attestedmesh.cli.release.log;

import io.attestedmesh.cli.command.Noun;
import io.attestedmesh.cli.command.Terminal;
import java.security.SecureRandom;
import picocli.CommandLine;

/** {@code amesh release log}. */
public final class LogCommands {
    private LogCommands() {}

    /** The noun with its verbs. */
    public static CommandLine of(Terminal terminal, SecureRandom random) {
        return Noun.of(
                "log",
                "The append-only log of published lists.",
                new Key(terminal, random),
                new Init(terminal),
                new Rotate(terminal),
                new Show(terminal),
                new Check(terminal),
                new Prove(terminal),
                new VerifyProof(terminal),
                new Consistency(terminal),
                new Cosign(terminal));
    }
}
