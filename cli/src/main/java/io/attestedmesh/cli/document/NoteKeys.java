package io.attestedmesh.cli.document;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.log.NoteKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Keys of logs and witnesses as they are given: a vkey itself, or a file with one. */
public final class NoteKeys {
    private static final int MAX_BYTES = 4096;
    private static final String HINT = "'amesh release log key NAME --out DIR' writes NAME.vkey";

    private NoteKeys() {}

    public static List<NoteKey> read(String option, List<String> typed) throws CommandException, IOException {
        List<NoteKey> keys = new ArrayList<>();
        for (String each : typed) {
            keys.add(read(option, each));
        }
        return keys;
    }

    /** A file is tried first: a vkey has at least two plus signs, and few files are called so. */
    public static NoteKey read(String option, String typed) throws CommandException, IOException {
        Path file = Path.of(typed);
        if (Files.exists(file)) {
            return inFile(option, file);
        }
        try {
            return NoteKey.parse(typed);
        } catch (MalformedReleasesException e) {
            throw CommandException.usage(
                    option + " " + typed + " is neither a vkey nor a file with one: " + e.getMessage(), HINT, e);
        }
    }

    /** Says nothing of what is in the file: somebody may well name the private key that lies beside it. */
    private static NoteKey inFile(String option, Path file) throws CommandException, IOException {
        if (Files.isDirectory(file)) {
            throw CommandException.usage(option + " " + file + " is a folder", HINT);
        }
        try (InputStream in = Files.newInputStream(file)) {
            return NoteKey.parse(new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8).strip());
        } catch (MalformedReleasesException e) {
            throw CommandException.usage(option + " " + file + " holds no vkey", HINT);
        }
    }
}
