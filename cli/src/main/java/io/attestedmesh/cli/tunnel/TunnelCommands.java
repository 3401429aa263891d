package io.attestedmesh.cli.tunnel;

import io.attestedmesh.cli.command.Noun;
import io.attestedmesh.cli.command.Terminal;
import picocli.CommandLine;

/** {@code amesh tunnel}. */
public final class TunnelCommands {
    private TunnelCommands() {}

    /** The noun with its verbs. */
    public static CommandLine of(Terminal terminal) {
        return Noun.of(
                "tunnel",
                "Attested TLS for programs that know nothing of it.",
                new ServerVerb(terminal),
                new ClientVerb(terminal));
    }
}
