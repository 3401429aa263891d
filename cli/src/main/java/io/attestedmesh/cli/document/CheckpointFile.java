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
        if (input.kind() == FileKind.OTHER) {
            return lines(file, input);
        }
        SignedCheckpoint cosigned = read(file);
        if (!cosigned.checkpoint().equals(checkpoint.checkpoint())) {
            throw CommandException.usage(
                    file + " is of another state of the log: " + cosigned.checkpoint(),
                    "the log is at " + checkpoint.checkpoint() + "; let the witness sign that");
        }
        return cosigned.note().signatures();
    }

    /** Does not quote what is no signature line: the file may be any, one with a passphrase too. */
    private static List<NoteSignature> lines(Path file, InputFile input) throws CommandException {
        List<NoteSignature> lines = new ArrayList<>();
        String text = new String(input.content().toByteArray(), StandardCharsets.UTF_8);
        for (String line : text.lines().toList()) {
            try {
                lines.add(NoteSignature.parse(line));
            } catch (MalformedReleasesException e) {
                throw CommandException.usage(
                        file + ": line " + (lines.size() + 1) + " is no signature line",
                        "a checkpoint, or signature lines of one");
            }
        }
        return lines;
    }
}
