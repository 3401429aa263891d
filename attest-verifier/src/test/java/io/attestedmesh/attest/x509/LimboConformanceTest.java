package io.attestedmesh.attest.x509;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Every case of a C2SP/x509-limbo file against {@link PathValidator}. System properties: {@code limbo.json} the file,
 * {@code limbo.out} where to write one line a case.
 */
class LimboConformanceTest {
    private static final String SKIPS = "/limbo/skipped.txt";
    private static final int MOST_SKIPS = 25;

    private final Map<String, String> skips = readSkips();
    private final List<String> disagreements = new ArrayList<>();
    private final Map<String, Integer> skipped = new TreeMap<>();
    private int agreed;

    @Test
    void everyCase_isDecidedAsExpected_saveThoseSkippedWithAReason() throws IOException {
        Path file = limboFile();
        assumeTrue(Files.exists(file), "no limbo file at " + file);
        assertThat(skips).hasSizeLessThanOrEqualTo(MOST_SKIPS);
        Instant now = Instant.now();
        StringWriter lines = new StringWriter();
        JsonNode cases = new ObjectMapper().readTree(file.toFile()).path("testcases");
        for (JsonNode json : cases) {
            lines.append(run(new LimboCase(json), now)).append('\n');
        }
        writeLines(lines.toString());
        System.out.println("limbo: agree " + agreed + " of " + (agreed + disagreements.size()) + " (skipped "
                + skipped.values().stream().mapToInt(Integer::intValue).sum() + ": " + skipped + ")");
        assertThat(agreed).isPositive();
        assertThat(disagreements).isEmpty();
    }

    private String run(LimboCase limbo, Instant now) {
        Optional<String> skip = skip(limbo);
        if (skip.isPresent()) {
            skipped.merge(skip.get(), 1, Integer::sum);
            return limbo.id() + "\tskipped\t" + skip.get();
        }
        String reason = "";
        boolean crashed = false;
        try {
            limbo.validate(now);
        } catch (CertificateException | CRLException refused) {
            boolean wrapped = refused.getCause() instanceof RejectedCertificateException
                    && !(refused instanceof RejectedCertificateException);
            Throwable told = wrapped ? refused.getCause() : refused;
            reason = told.getMessage().replaceAll("\\s+", " ");
        } catch (RuntimeException crash) { // never right, whatever was expected
            reason = ("CRASH " + crash).replaceAll("\\s+", " ");
            crashed = true;
        }
        String got = reason.isEmpty() ? "accepted" : "rejected";
        String expected = limbo.expectsSuccess() ? "accepted" : "rejected";
        if (got.equals(expected) && !crashed) {
            agreed++;
        } else {
            disagreements.add(limbo.id());
            System.out.println(limbo.id() + " " + expected + " " + got + " " + reason);
        }
        return limbo.id() + "\t" + got + "\t" + reason;
    }

    private Optional<String> skip(LimboCase limbo) {
        for (Map.Entry<String, String> entry : skips.entrySet()) {
            String pattern = entry.getKey();
            boolean matches = pattern.endsWith("*")
                    ? limbo.id().startsWith(pattern.substring(0, pattern.length() - 1))
                    : limbo.id().equals(pattern);
            if (matches) {
                return Optional.of(entry.getValue());
            }
        }
        return limbo.inapplicable();
    }

    private static Path limboFile() {
        Path root = Path.of(System.getProperty("project.root", "."));
        String given = System.getProperty("limbo.json", "");
        if (!given.isEmpty()) {
            return root.resolve(given);
        }
        Path vectors = Path.of(System.getProperty(
                "vectors.dir", root.resolve("../shared/vectors").toString()));
        return root.resolve(vectors).resolve("limbo/limbo-upstream-2023-12-02.json");
    }

    private static void writeLines(String lines) throws IOException {
        String out = System.getProperty("limbo.out", "");
        if (!out.isEmpty()) {
            Files.writeString(Path.of(System.getProperty("project.root", ".")).resolve(out), lines);
        }
    }

    /** Reads lines {@code id reason}; an id that ends in * stands for all that begin so. */
    private static Map<String, String> readSkips() {
        Map<String, String> skips = new LinkedHashMap<>();
        try (InputStream resource = LimboConformanceTest.class.getResourceAsStream(SKIPS);
                BufferedReader reader = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    int space = line.indexOf(' ');
                    skips.put(
                            line.substring(0, space), line.substring(space + 1).strip());
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return skips;
    }
}
