package io.attestedmesh.cli.release.log;

import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.document.CheckpointFile;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.ReleasesReason;
import io.attestedmesh.releases.log.Checkpoint;
import io.attestedmesh.releases.log.MerkleTree;
import io.attestedmesh.releases.log.SignedCheckpoint;
import io.attestedmesh.releases.log.TileLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh release log consistency}. */
@Command(
        name = "consistency",
        description = {
            "Check that one checkpoint of a log extends another: that nothing which was in it was changed or taken out.",
            "The proof is computed from the log's folder; if the two do not fit, that is LOG_FORK: keep both files."
        },
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  amesh release log consistency bundle-of-may.json bundle.json --log log --root root.1.json",
            "",
            "Exit status: 0 consistent, 1 not, 2 malformed, 3 unreadable."
        })
final class Consistency implements Verb {
    private final Terminal terminal;

    @Parameters(index = "0", paramLabel = "OLD", description = "A checkpoint, or a bundle with one.")
    private Path older;

    @Parameters(index = "1", paramLabel = "NEW", description = "A checkpoint, or a bundle with one.")
    private Path newer;

    @Option(names = "--log", required = true, paramLabel = "DIR", description = "Folder of the log.")
    private Path folder;

    @Mixin
    private LogFolder owner;

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    Consistency(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public boolean tellsRejections() {
        return true;
    }

    @Override
    public ExitStatus run()
            throws CommandException, IOException, RejectedReleasesException, MalformedReleasesException {
        SignedCheckpoint old = CheckpointFile.read(older);
        SignedCheckpoint now = CheckpointFile.read(newer);
        boolean signed = owner.verify(old) && owner.verify(now);
        try {
            LogFolder.sound(folder, () -> {
                requireExtends(old.checkpoint(), now.checkpoint());
                return ExitStatus.DONE;
            });
        } catch (RejectedReleasesException e) {
            print(old, now, e.reason().name(), signed);
            throw e;
        }
        print(old, now, "consistent", signed);
        if (!signed) {
            terminal.warn("nothing says whose log it must be, so no signature was verified: --vkey or --root");
        }
        return ExitStatus.DONE;
    }

    private void requireExtends(Checkpoint old, Checkpoint now)
            throws IOException, CommandException, RejectedReleasesException {
        if (!old.origin().equals(now.origin())) {
            throw new RejectedReleasesException(
                    ReleasesReason.WRONG_LOG, OneLine.of(old.origin()), OneLine.of(now.origin()));
        }
        if (old.size() > now.size()) {
            throw new RejectedReleasesException(
                    ReleasesReason.LOG_ROLLBACK, "at least " + old.size() + " entries", now.size() + " entries");
        }
        TileLog log = LogFolder.open(folder);
        long there = log.checkpoint().checkpoint().size();
        if (now.size() > there) {
            throw CommandException.usage(
                    folder + " is at size " + there + ", and " + newer + " at " + now.size(),
                    "get a newer copy of the log");
        }
        MerkleTree.verifyConsistency(
                old.size(),
                old.rootHash(),
                now.size(),
                now.rootHash(),
                log.consistencyProof(old.size(), now.size()).hashes());
    }

    private void print(SignedCheckpoint old, SignedCheckpoint now, String result, boolean signed) {
        if (json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("result", result);
            line.put("old", CheckpointView.of(old.checkpoint()));
            line.put("new", CheckpointView.of(now.checkpoint()));
            line.put("signaturesVerified", signed);
            terminal.json(line);
        } else {
            terminal.print(result + ": " + now.checkpoint().origin() + " from "
                    + old.checkpoint().size() + " to " + now.checkpoint().size() + " entries");
        }
    }
}
