package io.attestedmesh.cli.voting;

import io.attestedmesh.attest.file.AtomicFile;
import io.attestedmesh.attest.file.AtomicFile.Access;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.JsonLine;
import io.attestedmesh.cli.command.Table;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code amesh voting status}. */
@Command(
        name = "status",
        description = {"Show where a transaction stands: what each node said, the outcome, its certificate."})
final class Status implements Verb {
    private final Terminal terminal;

    @Mixin
    private AdminOptions node;

    @Option(names = "--tx-id", paramLabel = "ID", required = true, description = "The transaction.")
    private String transaction;

    @Option(
            names = "--certificate",
            paramLabel = "FILE",
            description = "Write outcome and certificate to this file, for 'amesh voting verify'.")
    private Optional<Path> certificate = Optional.empty();

    Status(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException, InterruptedException {
        Map<String, Object> status = node.ask(terminal, "status", Map.of("transaction", transaction));
        if (certificate.isPresent()) {
            write(status, certificate.get());
        }
        if (node.json()) {
            terminal.json(status);
        } else {
            Map<String, Object> head = new LinkedHashMap<>(status);
            head.remove("statements");
            head.remove("certificate");
            head.values().removeIf(Objects::isNull);
            terminal.report(head, false);
            Table.of(Table.rows(status.get("statements"))).forEach(terminal::print);
        }
        return ExitStatus.DONE;
    }

    private static void write(Map<String, Object> status, Path file) throws CommandException, IOException {
        if (status.get("certificate") == null) {
            throw CommandException.failed(
                    status.get("transaction") + " is pending, and has no certificate yet", "ask again later");
        }
        Map<String, Object> written = new LinkedHashMap<>();
        written.put("transaction", status.get("transaction"));
        written.put("outcome", status.get("outcome"));
        written.put("value", status.get("value"));
        written.put("certificate", status.get("certificate"));
        AtomicFile.write(file, (JsonLine.of(written) + "\n").getBytes(StandardCharsets.UTF_8), Access.PUBLIC);
    }
}
