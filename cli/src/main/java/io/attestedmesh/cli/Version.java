package io.attestedmesh.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Which build this is. */
final class Version {
    private Version() {}

    static String line() throws IOException {
        try (InputStream text = Version.class.getResourceAsStream("version.txt")) {
            String version = new String(text.readAllBytes(), StandardCharsets.UTF_8).strip();
            return "amesh " + version + " (Java " + Runtime.version().feature() + ")";
        }
    }
}
