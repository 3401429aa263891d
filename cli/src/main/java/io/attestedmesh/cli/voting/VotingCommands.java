package io.attestedmesh.cli.voting;

import io.attestedmesh.cli.command.Noun;
import io.attestedmesh.cli.command.Terminal;
import picocli.CommandLine;

/** {@code amesh voting}. */
public final class VotingCommands {
    private VotingCommands() {}

    /** The noun with its verbs. */
    public static CommandLine of(Terminal terminal) {
        return Noun.of(
                "voting",
                "Decide together, though some nodes lie: votes, certificates, violations.",
                new Run(terminal),
                new Vote(terminal),
                new Status(terminal),
                new Info(terminal),
                new Peers(terminal),
                new Verify(terminal),
                new Violations(terminal),
                new Reputation(terminal),
                new Audit(terminal),
                new OperatorKey(terminal),
                new Reinstate(terminal),
                new TestByzantine(terminal),
                new Monitor(terminal));
    }
}
