package io.attestedmesh.cli.federated;

import io.attestedmesh.cli.command.Noun;
import io.attestedmesh.cli.command.Terminal;
import picocli.CommandLine;

/** {@code amesh fl}. */
public final class FederatedCommands {
    private FederatedCommands() {}

    /** The noun with its verbs. */
    public static CommandLine of(Terminal terminal) {
        return Noun.of(
                "fl",
                "Learn together: in rounds with a server, or by gossip.",
                new ServerVerb(terminal),
                new ClientVerb(terminal),
                new NodeVerb(terminal),
                new StatusVerb(terminal));
    }
}
