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
        String vkey = typed;
        if (Files.exists(file)) {
            try (InputStream in = Files.newInputStream(file)) {
                vkey = new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8).strip();
            }
        }
        try {
            return NoteKey.parse(vkey);
        } catch (MalformedReleasesException e) {
            throw CommandException.usage(
                    option + " " + typed + " is neither a vkey nor a file with one: " + e.getMessage(),
                    "'amesh release log key NAME --out DIR' writes NAME.vkey",
                    e);
        }
    }
}
