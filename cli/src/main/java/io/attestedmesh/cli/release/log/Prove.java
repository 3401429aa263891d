package io.attestedmesh.cli.release.log;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.log.LogEntry;
import io.attestedmesh.releases.log.LogProof;
import io.attestedmesh.releases.log.TileLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh release log prove}. */
@Command(
        name = "prove",
        description = {
            "Prove that one version of a list is in the log: prints entry, checkpoint and inclusion proof as JSON.",
            "It is verified first. Hashes are base64, as in a bundle (docs/releases.md)."
        },
        sortOptions = false,
        footer = {"", "Example:", "  amesh release log prove log --list-version 6 --root root.1.json"})
final class Prove implements Verb {
    private static final int SHOWN_ENTRIES = 8;

    private final Terminal terminal;

    @Parameters(paramLabel = "DIR", description = "Folder of the log.")
    private Path folder;

    @Option(names = "--list-version", required = true, paramLabel = "N", description = "Version of the list.")
    private long version;

    @Option(names = "--list", paramLabel = "NAME", description = "Name of the list, if the log has several.")
    private Optional<String> list = Optional.empty();

    @Mixin
    private LogFolder owner;

    Prove(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run()
            throws CommandException, IOException, RejectedReleasesException, MalformedReleasesException {
        return LogFolder.sound(folder, () -> {
            TileLog log = LogFolder.open(folder);
            List<LogEntry> entries = log.entries();
            int index = find(entries);
            LogEntry entry = entries.get(index);
            LogProof proof = log.prove(index);
            boolean signed = owner.verify(proof.checkpoint());
            EntryProof shown = new EntryProof(entry, proof.checkpoint(), proof.index(), proof.inclusion());
            shown.requireInclusion();
            terminal.json(shown.view());
            terminal.say("So "
                    + shown.words()
                    + (signed ? ", which signed." : "; whose signature was not verified: --vkey or --root."));
            return ExitStatus.DONE;
        });
    }

    private int find(List<LogEntry> entries) throws CommandException {
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            LogEntry entry = entries.get(i);
            if (entry.version() == version && list.map(entry.list()::equals).orElse(true)) {
                found.add(i);
            }
        }
        if (found.isEmpty()) {
            throw CommandException.rejected(
                    "version " + version + list.map(name -> " of " + name).orElse("") + " is not in the log",
                    "INCLUSION_MISSING",
                    "version " + version,
                    versions(entries),
                    "");
        }
        if (found.size() > 1) {
            throw CommandException.usage(
                    "entries " + found + " are all version " + version + " of some list", "name it: --list NAME");
        }
        return found.get(0);
    }

    private static String versions(List<LogEntry> entries) {
        int hidden = Math.max(0, entries.size() - SHOWN_ENTRIES);
        return entries.isEmpty()
                ? "an empty log"
                : entries.stream()
                        .skip(hidden)
                        .map(entry -> entry.list() + " " + entry.version())
                        .collect(Collectors.joining(", ", hidden > 0 ? "…, " : "", ""));
    }
}
