package io.attestedmesh.cli.release;

import io.attestedmesh.cli.command.Noun;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.release.log.LogCommands;
import java.security.SecureRandom;
import picocli.CommandLine;

/** {@code amesh release}: lists of the releases that may talk to us, from the first key to the published bundle. */
public final class ReleaseCommands {
    private ReleaseCommands() {}

    /** The noun with its verbs, in the order in which a list comes to be. */
    public static CommandLine of(Terminal terminal) {
        SecureRandom random = new SecureRandom();
        CommandLine release = Noun.of(
                "release",
                "Signed lists of the releases that may talk to us.",
                new Key(terminal, random),
                new Init(terminal),
                new Add(terminal),
                new Deprecate(terminal),
                new Revoke(terminal),
                new Remove(terminal),
                new Sign(terminal),
                new Assemble(terminal),
                new Publish(terminal),
                new Verify(terminal),
                new Show(terminal),
                new Diff(terminal),
                new Audit(terminal));
        release.addSubcommand(LogCommands.of(terminal, random));
        return release;
    }
}
