package io.attestedmesh.cli.voting;

import io.attestedmesh.attest.ed25519.Ed25519PrivateKey;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.voting.violation.Reinstatement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code amesh voting reinstate}. */
@Command(
        name = "reinstate",
        description = {
            "Have the node count another one again that it has excluded: an operator's signed act.",
            "What that node did until now counts no more; what it does later does. Each node is told for itself."
        })
final class Reinstate implements Verb {
    private final Terminal terminal;

    @Mixin
    private AdminOptions node;

    @Option(names = "--node", paramLabel = "NAME", required = true, description = "Who is to count again.")
    private String name;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            required = true,
            description = "The operator's key, whose public part is [voting] operator-key.")
    private Path key;

    Reinstate(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException, InterruptedException {
        Ed25519PrivateKey operator = VotingFolder.privateKey(key);
        Reinstatement act = Reinstatement.of(
                node.section(terminal).committee(), name, terminal.clock().instant(), operator);
        terminal.report(
                node.ask(terminal, "reinstate", Map.of("act", act.encoded().hex())), node.json());
        return ExitStatus.DONE;
    }
}
