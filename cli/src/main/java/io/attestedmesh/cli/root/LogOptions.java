package io.attestedmesh.cli.root;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.document.NoteKeys;
import io.attestedmesh.releases.log.NoteKey;
import io.attestedmesh.releases.root.LogTrust;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The log that a trust root names; what is not given stays as it was in the root before. */
final class LogOptions {
    @Option(
            names = "--log",
            paramLabel = "VKEY",
            description = "Key of the log, a vkey or a file with one; repeated while the log changes its key.")
    private List<String> keys = List.of();

    @Option(names = "--origin", paramLabel = "NAME", description = "Name of the log (default: that of its key).")
    private Optional<String> origin = Optional.empty();

    @Option(names = "--witness", paramLabel = "VKEY", description = "Key of a witness, a vkey or a file; repeated.")
    private List<String> witnesses = List.of();

    @Option(names = "--witnesses-needed", paramLabel = "N", description = "How many of the witnesses must sign.")
    private Optional<Integer> needed = Optional.empty();

    Optional<LogTrust> over(Optional<LogTrust> before) throws CommandException, IOException {
        if (keys.isEmpty() && before.isEmpty()) {
            if (!witnesses.isEmpty() || needed.isPresent() || origin.isPresent()) {
                throw CommandException.usage(
                        "--origin and --witness say more of a log, and none is named", "give --log");
            }
            return Optional.empty();
        }
        List<NoteKey> own = keys.isEmpty() ? before.orElseThrow().keys() : NoteKeys.read("--log", keys);
        List<NoteKey> others = witnesses.isEmpty()
                ? before.map(LogTrust::witnesses).orElse(List.of())
                : NoteKeys.read("--witness", witnesses);
        try {
            return Optional.of(new LogTrust(origin.orElse(own.get(0).name()), own, others, threshold(before)));
        } catch (IllegalArgumentException e) {
            throw CommandException.usage("no such log can be named: " + e.getMessage(), "", e);
        }
    }

    private int threshold(Optional<LogTrust> before) throws CommandException {
        if (needed.isPresent()) {
            return needed.get();
        }
        if (!witnesses.isEmpty()) {
            throw CommandException.usage(
                    "nothing says how many of the witnesses must sign", "give --witnesses-needed N");
        }
        return before.map(LogTrust::witnessThreshold).orElse(0);
    }
}
