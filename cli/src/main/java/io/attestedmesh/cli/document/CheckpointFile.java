package io.attestedmesh.cli.document;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.log.LogProof;
import io.attestedmesh.releases.log.NoteSignature;
import io.attestedmesh.releases.log.SignedCheckpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Checkpoints in files: as a note, or in the bundle that was published with it. */
public final class CheckpointFile {
    private CheckpointFile() {}

    /** Not verified. */
    public static SignedCheckpoint read(Path file) throws IOException, CommandException {
        InputFile input = InputFile.read(file);
        if (input.kind() == FileKind.BUNDLE) {
            return input.bundle()
                    .log()
                    .map(LogProof::checkpoint)
                    .orElseThrow(() -> CommandException.usage(file + " is a bundle that is in no log", ""));
        }
        if (input.kind() != FileKind.NOTE) {
            throw input.unexpected("a checkpoint, or a bundle with one");
        }
        try {
            return SignedCheckpoint.parse(input.content());
        } catch (MalformedReleasesException e) {
            throw CommandException.usage(file + ": " + e.getMessage(), "", e);
        }
    }

    /** Signature lines for {@code checkpoint}: a whole checkpoint, which must be the same, or the lines alone. */
    public static List<NoteSignature> signatures(Path file, SignedCheckpoint checkpoint)
            throws IOException, CommandException {
        InputFile input = InputFile.read(file);
        try {
            if (input.kind() != FileKind.OTHER) {
                SignedCheckpoint cosigned = read(file);
                if (!cosigned.checkpoint().equals(checkpoint.checkpoint())) {
                    throw CommandException.usage(
                            file + " is of another state of the log: " + cosigned.checkpoint(),
                            "the log is at " + checkpoint.checkpoint() + "; let the witness sign that");
                }
                return cosigned.note().signatures();
            }
            List<NoteSignature> lines = new ArrayList<>();
            for (String line : new String(input.content().toByteArray(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                lines.add(NoteSignature.parse(line));
            }
            return lines;
        } catch (MalformedReleasesException e) {
            throw CommandException.usage(file + ": " + e.getMessage(), "a checkpoint, or signature lines of one", e);
        }
    }
}
