package io.attestedmesh.cli.release.log;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.document.InputFile;
import io.attestedmesh.cli.document.NoteKeys;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.log.DamagedLogException;
import io.attestedmesh.releases.log.NoteKey;
import io.attestedmesh.releases.log.SignedCheckpoint;
import io.attestedmesh.releases.log.TileLog;
import io.attestedmesh.releases.root.LogTrust;
import io.attestedmesh.releases.root.TrustRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Whose log a folder must be. */
final class LogFolder {
    @Option(names = "--vkey", paramLabel = "VKEY", description = "Key of the log, a vkey or a file with one; repeated.")
    private List<String> keys = List.of();

    @Option(names = "--root", paramLabel = "ROOT", description = "Trust root that names the log, instead of --vkey.")
    private Optional<Path> root = Optional.empty();

    /** A folder that contradicts itself is a rejection, not a failure to read. */
    interface Reading<T> {
        T read() throws IOException, CommandException, RejectedReleasesException, MalformedReleasesException;
    }

    static TileLog open(Path folder) throws IOException, CommandException {
        if (!Files.exists(folder)) {
            throw CommandException.failed("no such folder: " + folder, "begin a log: amesh release log init");
        }
        if (!Files.exists(folder.resolve("checkpoint"))) {
            throw CommandException.usage(folder + " is no folder of a log", "begin one: amesh release log init");
        }
        return TileLog.open(folder);
    }

    static <T> T sound(Path folder, Reading<T> reading)
            throws IOException, CommandException, RejectedReleasesException, MalformedReleasesException {
        try {
            return reading.read();
        } catch (DamagedLogException e) {
            throw CommandException.rejected(
                    folder + " is no sound log",
                    "LOG_DAMAGED",
                    "a folder whose entries, tiles and checkpoint agree",
                    Terminal.printable(e.getMessage()),
                    "compare it with a copy that others keep");
        }
    }

    /** Empty if the user did not say whose log it must be. */
    List<NoteKey> keys() throws IOException, CommandException {
        List<NoteKey> all = new ArrayList<>(NoteKeys.read("--vkey", keys));
        if (root.isPresent()) {
            TrustRoot trusted = InputFile.read(root.get()).trustRoot();
            all.addAll(trusted.log()
                    .map(LogTrust::keys)
                    .orElseThrow(() -> CommandException.usage(root.get() + " names no log", "give --vkey")));
        }
        for (NoteKey key : all) {
            if (key.type() != NoteKey.Type.NOTE) {
                throw CommandException.usage(key + " is the key of a witness, not of a log", "");
            }
        }
        return all;
    }

    /** Those that the trust root names, where one was given. */
    List<NoteKey> witnesses() throws IOException, CommandException {
        return root.isPresent()
                ? InputFile.read(root.get())
                        .trustRoot()
                        .log()
                        .map(LogTrust::witnesses)
                        .orElse(List.of())
                : List.of();
    }

    /** Whether anything was verified. */
    boolean verify(SignedCheckpoint checkpoint) throws IOException, CommandException, RejectedReleasesException {
        List<NoteKey> trusted = keys();
        if (trusted.isEmpty()) {
            return false;
        }
        checkpoint.requireSignedBy(trusted.get(0).name(), trusted);
        return true;
    }
}
