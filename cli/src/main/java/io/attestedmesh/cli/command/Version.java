package io.attestedmesh.cli.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Which build this is. */
public final class Version {
    private Version() {}

    /** As {@code --version} prints it. */
    public static String line() throws IOException {
        return "amesh " + number() + " (Java " + Runtime.version().feature() + ")";
    }

    /** The number alone. */
    public static String number() throws IOException {
        try (InputStream text = Version.class.getResourceAsStream("version.txt")) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }
}
