package io.attestedmesh.cli.evidence;

import io.attestedmesh.cli.command.Noun;
import io.attestedmesh.cli.command.Terminal;
import picocli.CommandLine;

/** {@code amesh evidence}. */
public final class EvidenceCommands {
    private EvidenceCommands() {}

    /** The noun with its verbs. */
    public static CommandLine of(Terminal terminal) {
        return Noun.of(
                "evidence",
                "Look at attestation documents and verify them.",
                new Inspect(terminal),
                new Verify(terminal));
    }
}
