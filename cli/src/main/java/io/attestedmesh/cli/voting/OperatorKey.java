package io.attestedmesh.cli.voting;

import io.attestedmesh.attest.ed25519.Ed25519PrivateKey;
import io.attestedmesh.attest.file.AtomicFile.Access;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.NewFiles;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code amesh voting operator-key}. */
@Command(
        name = "operator-key",
        description = {
            "Make the key by which an operator reinstates excluded nodes, and print its public part.",
            "A node takes acts of it once [voting] operator-key has that part and the node was started again."
        })
final class OperatorKey implements Verb {
    private final Terminal terminal;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            required = true,
            description = "The key, mode 0600; keep it off the nodes.")
    private Path out;

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    OperatorKey(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException {
        NewFiles.requireFree(out);
        Ed25519PrivateKey key = Ed25519PrivateKey.generate(new SecureRandom());
        new NewFiles(false)
                .add(out, (key.seed().hex() + "\n").getBytes(StandardCharsets.US_ASCII), Access.OWNER)
                .write();
        terminal.report(Map.of("operator-key", key.publicKey().raw().hex()), json);
        return ExitStatus.DONE;
    }
}
