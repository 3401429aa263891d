package io.attestedmesh.attest.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * The shared test vectors: the folder named by the system property {@code vectors.dir}, else {@code ../shared/vectors}
 * beside the project. Where there is none, the test is skipped and says so.
 */
public final class Vectors {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Vectors() {}

    public static boolean arePresent() {
        return Files.isDirectory(folder());
    }

    public static Path path(String relative) {
        Path path = folder().resolve(relative);
        Assumptions.assumeTrue(Files.exists(path), () -> "no test vectors at " + path);
        return path;
    }

    private static Path folder() {
        String configured = System.getProperty("vectors.dir");
        return configured != null
                ? Path.of(configured)
                : Path.of(System.getProperty("project.root", ".."), "..", "shared", "vectors");
    }

    public static Bytes bytes(String relative) {
        return read(path(relative));
    }

    public static String text(String relative) {
        try {
            return Files.readString(path(relative));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static JsonNode json(String relative) {
        try {
            return JSON.readTree(path(relative).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The 39 documents that AWS made, in the order of their dates. */
    public static List<NamedEvidence> realDocuments() {
        return documents("nitro/real");
    }

    public static List<NamedEvidence> documents(String folder) {
        try (Stream<Path> files = Files.list(path(folder))) {
            return files.filter(file -> file.toString().endsWith(".cbor"))
                    .sorted()
                    .map(file -> new NamedEvidence(file.getFileName().toString(), read(file)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Bytes read(Path file) {
        try {
            return Bytes.of(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file's name and content. */
    public record NamedEvidence(String name, Bytes encoded) {
        @Override
        public String toString() {
            return name;
        }
    }
}
