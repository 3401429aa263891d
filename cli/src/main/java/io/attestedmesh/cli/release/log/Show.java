package io.attestedmesh.cli.release.log;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.log.LogEntry;
import io.attestedmesh.releases.log.SignedCheckpoint;
import io.attestedmesh.releases.log.TileLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh release log show}. */
@Command(
        name = "show",
        description = "Show a log's checkpoint and entries. Nothing is verified; 'amesh release log check' does that.",
        sortOptions = false,
        footer = {"", "Example:", "  amesh release log show log"})
final class Show implements Verb {
    private final Terminal terminal;

    @Parameters(paramLabel = "DIR", description = "Folder of the log.")
    private Path folder;

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    Show(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run()
            throws CommandException, IOException, RejectedReleasesException, MalformedReleasesException {
        return LogFolder.sound(folder, () -> {
            TileLog log = LogFolder.open(folder);
            SignedCheckpoint checkpoint = log.checkpoint();
            List<LogEntry> entries = log.entries();
            if (json) {
                printJson(checkpoint, entries);
            } else {
                print(checkpoint, entries);
            }
            return ExitStatus.DONE;
        });
    }

    private void printJson(SignedCheckpoint checkpoint, List<LogEntry> entries) {
        Map<String, Object> head = new LinkedHashMap<>(CheckpointView.of(checkpoint.checkpoint()));
        head.put("signers", CheckpointView.signers(checkpoint));
        terminal.json(head);
        for (int i = 0; i < entries.size(); i++) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("index", i);
            line.put("list", entries.get(i).list());
            line.put("version", entries.get(i).version());
            line.put("sha384", entries.get(i).payloadSha384().hex());
            terminal.json(line);
        }
    }

    private void print(SignedCheckpoint checkpoint, List<LogEntry> entries) {
        terminal.print("log " + checkpoint.checkpoint().origin() + ", "
                + (entries.size() == 1 ? "1 entry" : entries.size() + " entries"));
        terminal.print("  root hash   " + checkpoint.checkpoint().rootHash().hex());
        terminal.print("  signatures  " + String.join(", ", CheckpointView.signers(checkpoint)) + ", not verified");
        for (int i = 0; i < entries.size(); i++) {
            LogEntry entry = entries.get(i);
            terminal.print("  " + i + "  " + entry.list() + " version " + entry.version() + ", SHA-384 "
                    + entry.payloadSha384().hex());
        }
    }
}
