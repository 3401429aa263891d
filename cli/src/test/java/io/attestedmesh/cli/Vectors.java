package io.attestedmesh.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** The shared test vectors; tests that need them are skipped where they are not. */
public final class Vectors {
    private Vectors() {}

    public static Path folder(String name) {
        Path root = System.getProperty("vectors.dir") == null
                ? Path.of(System.getProperty("project.root", ".."), "..", "shared", "vectors")
                : Path.of(System.getProperty("vectors.dir"));
        Path folder = root.resolve(name);
        assumeTrue(Files.isDirectory(folder), () -> "no test vectors at " + folder.toAbsolutePath());
        return folder;
    }
}
