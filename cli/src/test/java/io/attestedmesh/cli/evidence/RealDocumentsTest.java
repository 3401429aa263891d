package io.attestedmesh.cli.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.Vectors;
import io.attestedmesh.cli.command.ExitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RealDocumentsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void everyRealDocument_atItsOwnTime_isAccepted() throws IOException {
        List<String> files = files("nitro/real");
        CommandRun run = verify(files, "--insecure-allow-debug");
        assertThat(run.status()).isEqualTo(ExitStatus.DONE);
        assertThat(results(run)).hasSize(39).allSatisfy(line -> {
            assertThat(line.get("result").textValue()).isEqualTo("accepted");
            assertThat(line.get("reason").isNull()).isTrue();
        });
    }

    @Test
    void debugDocuments_withoutTheFlag_areRejectedAsSuch() throws IOException {
        CommandRun run = verify(files("nitro/real"));
        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(results(run)).hasSize(39).allSatisfy(line -> {
            boolean debug = line.get("file").textValue().contains("_debug");
            assertThat(line.get("result").textValue()).isEqualTo(debug ? "rejected" : "accepted");
            assertThat(line.get("reason").textValue()).isEqualTo(debug ? "DEBUG_ENCLAVE" : null);
        });
    }

    @Test
    void everyRealDocument_now_isRejectedAsExpired() throws IOException {
        List<String> arguments = new ArrayList<>(List.of("evidence", "verify", "--insecure-any-release", "--json"));
        arguments.addAll(files("nitro/real"));
        CommandRun run = CommandRun.of(arguments.toArray(String[]::new));
        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(results(run))
                .allSatisfy(line -> assertThat(line.get("reason").textValue()).isEqualTo("EVIDENCE_CHAIN_EXPIRED"));
    }

    @Test
    void jsonFields_areThoseOfTheIndex() throws IOException {
        Path folder = Vectors.folder("nitro/real");
        CommandRun run = verify(files("nitro/real"), "--insecure-allow-debug");
        JsonNode index = JSON.readTree(folder.resolve("index.json").toFile());
        for (JsonNode line : results(run)) {
            JsonNode known = entry(
                    index, Path.of(line.get("file").textValue()).getFileName().toString());
            assertThat(line.get("moduleId")).isEqualTo(known.get("module_id"));
            assertThat(line.at("/pcrs/0")).isEqualTo(known.get("pcr0"));
            assertThat(line.at("/pcrs/8")).isEqualTo(known.get("pcr8"));
            assertThat(java.time.Instant.parse(line.get("timestamp").textValue())
                            .toEpochMilli())
                    .isEqualTo(known.get("timestamp").longValue());
            assertThat(line.get("provider").textValue()).isNotBlank();
        }
    }

    @Test
    void negativeDocuments_areNeverAccepted() throws IOException {
        CommandRun run = verify(files("nitro/negative"), "--insecure-allow-debug");
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(results(run))
                .hasSize(7)
                .allSatisfy(line -> assertThat(line.get("result").textValue()).isIn("rejected", "malformed"));
    }

    @Test
    void inspect_showsEveryRealDocument_asNotVerified() throws IOException {
        for (String file : files("nitro/real")) {
            CommandRun run = CommandRun.of("evidence", "inspect", "--json", file);
            assertThat(run.status()).isEqualTo(ExitStatus.DONE);
            JsonNode shown = JSON.readTree(run.out());
            assertThat(shown.get("verified").booleanValue()).isFalse();
            assertThat(shown.get("chain").size()).isGreaterThanOrEqualTo(5);
            assertThat(shown.get("debug").booleanValue()).isEqualTo(file.contains("_debug"));
        }
    }

    private static CommandRun verify(List<String> files, String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("evidence", "verify", "--time", "document", "--insecure-any-release", "--json"));
        arguments.addAll(List.of(more));
        arguments.addAll(files);
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    private static List<String> files(String folder) throws IOException {
        try (Stream<Path> files = Files.list(Vectors.folder(folder))) {
            return files.map(Path::toString)
                    .filter(name -> name.endsWith(".cbor"))
                    .sorted()
                    .toList();
        }
    }

    private static List<JsonNode> results(CommandRun run) throws IOException {
        List<JsonNode> results = new ArrayList<>();
        for (String line : run.outLines()) {
            results.add(JSON.readTree(line));
        }
        return results;
    }

    private static JsonNode entry(JsonNode index, String name) {
        for (JsonNode entry : index) {
            if (entry.get("name").textValue().equals(name)) {
                return entry;
            }
        }
        throw new AssertionError(name + " is not in the index");
    }
}
