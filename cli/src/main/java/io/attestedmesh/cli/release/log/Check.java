package io.attestedmesh.cli.release.log;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.ReleasesReason;
import io.attestedmesh.releases.log.Checkpoint;
import io.attestedmesh.releases.log.LogEntry;
import io.attestedmesh.releases.log.TileLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh release log check}. */
@Command(
        name = "check",
        description = {
            "Hash a log's whole folder again: entries, tiles and root hash must agree.",
            "Versions of a list must grow, and with --vkey or --root the log must have signed."
        },
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  amesh release log check log --root root.1.json",
            "",
            "Exit status: 0 sound, 1 not, 2 malformed, 3 unreadable."
        })
final class Check implements Verb {
    private final Terminal terminal;

    @Parameters(paramLabel = "DIR", description = "Folder of the log.")
    private Path folder;

    @Mixin
    private LogFolder owner;

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    Check(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run()
            throws CommandException, IOException, RejectedReleasesException, MalformedReleasesException {
        return LogFolder.sound(folder, () -> {
            TileLog log = LogFolder.open(folder);
            boolean signed = owner.verify(log.checkpoint());
            Checkpoint tree = log.check();
            requireGrowingVersions(log.entries());
            if (json) {
                Map<String, Object> line = new LinkedHashMap<>(CheckpointView.of(tree));
                line.put("result", "sound");
                line.put("signatureVerified", signed);
                terminal.json(line);
            } else {
                terminal.print("sound: " + tree.origin() + ", size " + tree.size() + ", root hash "
                        + tree.rootHash().hex());
            }
            if (!signed) {
                terminal.warn("nothing says whose log it must be, so its signature was not verified: --vkey or --root");
            }
            return ExitStatus.DONE;
        });
    }

    /** Two entries of one version are two lists that somebody was shown as the same. */
    private static void requireGrowingVersions(List<LogEntry> entries) throws RejectedReleasesException {
        Map<String, Long> highest = new HashMap<>();
        for (int i = 0; i < entries.size(); i++) {
            LogEntry entry = entries.get(i);
            long before = highest.getOrDefault(entry.list(), 0L);
            if (entry.version() <= before) {
                throw new RejectedReleasesException(
                        entry.version() == before ? ReleasesReason.LIST_FORK : ReleasesReason.LIST_ROLLBACK,
                        "a version after " + before + " in entry " + i,
                        "version " + entry.version() + " of " + entry.list());
            }
            highest.put(entry.list(), entry.version());
        }
    }
}
