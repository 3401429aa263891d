package io.attestedmesh.cli.voting;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Table;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.config.VotingSection;
import io.attestedmesh.voting.ledger.Ledger;
import io.attestedmesh.voting.ledger.LedgerAudit;
import io.attestedmesh.voting.ledger.LedgerException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code amesh voting audit}. */
@Command(
        name = "audit",
        description = {
            "Recompute a node's whole chain in the ledger from its rows, and check all that is signed in it.",
            "Asks the running node; --keys audits without it, by the keys in that file, and needs --least to find rows cut off at the end.",
            "A ledger that is a file is its node's while that runs."
        })
final class Audit implements Verb {
    private final Terminal terminal;

    @Mixin
    private AdminOptions node;

    @Option(names = "--recorder", paramLabel = "NODE", description = "Whose chain; by default that of the node asked.")
    private Optional<String> recorder = Optional.empty();

    @Option(
            names = "--keys",
            paramLabel = "FILE",
            description = "What 'amesh voting info --json' printed; the ledger is read by this command itself.")
    private Optional<Path> keys = Optional.empty();

    @Option(
            names = "--least",
            paramLabel = "POSITION",
            description = "Rows that there are known to be, with --keys: ledgerWritten of 'amesh voting info'.")
    private Optional<Long> least = Optional.empty();

    Audit(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException, InterruptedException {
        if (least.isPresent() && keys.isEmpty()) {
            throw CommandException.usage(
                    "--least is for --keys", "a running node knows by itself how many rows of its own there are");
        }
        Map<String, Object> report = keys.isPresent() ? audit(keys.get()) : asked();
        if (node.json()) {
            terminal.json(report);
        } else {
            Map<String, Object> head = new LinkedHashMap<>(report);
            head.remove("findings");
            terminal.report(head, false);
            Table.of(Table.rows(report.get("findings"))).forEach(terminal::print);
        }
        return Boolean.TRUE.equals(report.get("clean")) ? ExitStatus.DONE : ExitStatus.REJECTED;
    }

    private Map<String, Object> asked() throws CommandException, IOException, InterruptedException {
        return node.ask(
                terminal,
                "audit",
                recorder.<Map<String, ?>>map(name -> Map.of("recorder", name)).orElse(Map.of()));
    }

    private Map<String, Object> audit(Path file) throws CommandException, IOException {
        VotingSection section = node.section(terminal);
        KeysFile known = KeysFile.read(file);
        try (Ledger ledger = Stores.ledgerForReading(section)) {
            return Views.audit(
                    new LedgerAudit(known.keys()).audit(ledger, recorder.orElse(known.node()), least.orElse(0L)));
        } catch (LedgerException e) {
            throw CommandException.failed(
                    "the ledger cannot be read: " + e.getMessage(),
                    "[voting] ledger says where it is; one that is a file is its node's while that runs: ask it, without --keys",
                    e);
        }
    }
}
