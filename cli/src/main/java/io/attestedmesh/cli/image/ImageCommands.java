package io.attestedmesh.cli.image;

import io.attestedmesh.cli.command.Noun;
import io.attestedmesh.cli.command.Terminal;
import picocli.CommandLine;

/** {@code amesh image}: enclave image files. */
public final class ImageCommands {
    private ImageCommands() {}

    /** The noun with its verbs. */
    public static CommandLine of(Terminal terminal) {
        return Noun.of(
                "image",
                "Enclave image files (EIF): build, inspect, measure, sign and verify them.",
                new Build(terminal),
                new Inspect(terminal),
                new Measure(terminal),
                new Sign(terminal),
                new Verify(terminal));
    }
}
