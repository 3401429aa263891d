package io.attestedmesh.cli.release.log;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.document.InputFile;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.ReleasesReason;
import io.attestedmesh.releases.log.LogEntry;
import io.attestedmesh.releases.log.SignedCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh release log verify-proof}. */
@Command(
        name = "verify-proof",
        description = {
            "Verify what 'amesh release log prove' printed, without the log.",
            "The log signed, the entry is in its tree, and with --list the entry is of that very list."
        },
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  amesh release log verify-proof proof.json --list list.json --root root.1.json",
            "",
            "Exit status: 0 proved, 1 not, 2 malformed, 3 unreadable."
        })
final class VerifyProof implements Verb {
    private final Terminal terminal;

    @Parameters(paramLabel = "PROOF", description = "The proof, a file.")
    private Path file;

    @Option(names = "--list", paramLabel = "LIST", description = "The list or bundle that it has to be about.")
    private Optional<Path> list = Optional.empty();

    @Mixin
    private LogFolder owner;

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    VerifyProof(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run()
            throws CommandException, IOException, RejectedReleasesException, MalformedReleasesException {
        EntryProof proof = read();
        if (!owner.verify(proof.checkpoint())) {
            throw CommandException.usage("nothing says whose log it must be", "give --vkey or --root");
        }
        proof.requireInclusion();
        if (list.isPresent()) {
            requireOf(InputFile.read(list.get()), proof.entry());
        }
        Optional<Instant> time = time(proof.checkpoint());
        if (json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("result", "proved");
            line.put("list", proof.entry().list());
            line.put("version", proof.entry().version());
            line.put("sha384", proof.entry().payloadSha384().hex());
            line.put("index", proof.index());
            line.put("checkpoint", CheckpointView.of(proof.checkpoint().checkpoint()));
            line.put("checkpointTime", time);
            terminal.json(line);
        } else {
            terminal.print(
                    "proved: " + proof.words() + time.map(at -> " of " + at).orElse(""));
        }
        return ExitStatus.DONE;
    }

    private EntryProof read() throws IOException, CommandException {
        InputFile input = InputFile.read(file);
        try {
            return EntryProof.parse(input.content());
        } catch (MalformedReleasesException e) {
            throw CommandException.usage(
                    file + " is no proof: " + e.getMessage(), "'amesh release log prove' prints one", e);
        }
    }

    private Optional<Instant> time(SignedCheckpoint checkpoint)
            throws IOException, CommandException, RejectedReleasesException {
        return checkpoint.signedAt(owner.keys());
    }

    private static void requireOf(InputFile input, LogEntry entry) throws CommandException, RejectedReleasesException {
        LogEntry expected = new LogEntry(
                input.releases().name(),
                input.releases().version(),
                input.list().payloadDigest());
        if (!expected.equals(entry)) {
            throw new RejectedReleasesException(
                    ReleasesReason.INCLUSION_INVALID, words(expected) + ", which is " + input.path(), words(entry));
        }
    }

    private static String words(LogEntry entry) {
        return "version " + entry.version() + " of " + entry.list() + " with SHA-384 "
                + entry.payloadSha384().hex();
    }
}
