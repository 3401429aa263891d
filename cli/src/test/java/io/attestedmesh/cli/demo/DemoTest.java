package io.attestedmesh.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.command.ExitStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {
    private static final int PLAIN_CALLS = 12;
    private static final int SIGNING = 3;
    private static final int REVOCATION = 2;

    private static final Map<String, String> REASONS = new TreeMap<>(Map.of(
            "other image", "UNKNOWN_RELEASE",
            "debug image", "DEBUG_ENCLAVE",
            "plain certificate without evidence", "EVIDENCE_MISSING",
            "evidence of another key, copied from a peer", "PUBLIC_KEY_MISMATCH",
            "right image, wrong identity", "NAME_MISMATCH",
            "expired evidence", "EVIDENCE_CHAIN_EXPIRED",
            "right signed image, another operator (PCR4)", "PCR_PIN_MISMATCH",
            "leaked key, another enclave with its image", "OTHER_ENCLAVE"));

    @Test
    void demo_asJson_acceptsTwelveConnectionsAndRefusesEightEachForItsOwnReason() throws Exception {
        CommandRun run = CommandRun.of("demo", "--json");

        assertThat(run.status()).as(run.err() + run.out()).isEqualTo(ExitStatus.DONE);
        List<JsonNode> scenes = new ArrayList<>();
        for (String line : run.outLines()) {
            scenes.add(new ObjectMapper().readTree(line));
        }
        assertThat(scenes).allSatisfy(scene -> {
            assertThat(scene.get("outcome")).isEqualTo(scene.get("expected"));
            assertThat(scene.get("connection").asText()).matches("[0-9a-f]{16}|null");
        });
        Map<String, String> refused = new TreeMap<>();
        for (JsonNode scene : scenes) {
            if (scene.get("outcome").asText().equals("refused")
                    && !scene.get("scene").asText().endsWith("false share")) {
                refused.put(scene.get("scene").asText(), scene.get("reason").asText());
            }
        }
        assertThat(refused).isEqualTo(REASONS);
        assertThat(scenes).hasSize(PLAIN_CALLS + SIGNING + REASONS.size() + REVOCATION);
    }

    @Test
    void demo_asJson_dropsTheConnectedPartyWhoseReleaseIsRevoked_andNobodyElse() throws Exception {
        List<JsonNode> dropped = new ArrayList<>();
        for (String line : CommandRun.of("demo", "--json").outLines()) {
            JsonNode scene = new ObjectMapper().readTree(line);
            if (scene.get("expected").asText().equals("dropped")) {
                dropped.add(scene);
            }
        }

        assertThat(dropped).hasSize(1);
        assertThat(dropped.get(0).get("outcome").asText()).isEqualTo("dropped");
        assertThat(dropped.get(0).get("reason").asText()).isEqualTo("RELEASE_REVOKED");
        assertThat(dropped.get(0).get("scene").asText()).startsWith("bob.demo");
    }

    @Test
    void demo_asJson_makesAKeySignsWithItAndNamesTheCheater() throws Exception {
        Map<String, JsonNode> scenes = new TreeMap<>();
        for (String line : CommandRun.of("demo", "--json").outLines()) {
            JsonNode scene = new ObjectMapper().readTree(line);
            scenes.put(scene.get("scene").asText(), scene);
        }

        assertThat(scenes.get("a key of all four, for any three").get("detail").asText())
                .startsWith("public key ");
        assertThat(scenes.get("alice, bob, dave sign").get("detail").asText()).endsWith("valid to the JCA");
        JsonNode cheater = scenes.get("bob.demo sends a false share");
        assertThat(cheater.get("reason").asText()).isEqualTo("BAD_SIGNATURE_SHARE");
        assertThat(cheater.get("detail").asText()).isEqualTo("named by alice, dave; no signature");
    }

    @Test
    void demo_forPeople_namesThePartiesTheMessagesAndTheReasons() {
        CommandRun run = CommandRun.of("demo");

        assertThat(run.status()).as(run.err() + run.out()).isEqualTo(ExitStatus.DONE);
        assertThat(run.err())
                .contains("alice.demo", "bob.demo", "carol.demo", "dave.demo", "all 25 scenes", "level session");
        assertThat(run.err())
                .contains("demo version 1, signed by rita-release and sam-security (2 of 3 keys)")
                .contains("demo version 2, signed by")
                .doesNotContain("Exception");
        assertThat(run.outLines().stream().filter(line -> line.contains("release demo 0.9.0, deprecated")))
                .hasSize(3);
        assertThat(run.outLines().stream().filter(line -> line.contains("5 of 5 messages")))
                .hasSize(12);
        assertThat(REASONS.values()).allSatisfy(reason -> assertThat(run.out()).contains(reason));
    }

    @Test
    void demo_federated_learnsRefusesAndOutvotes(@TempDir Path folder) throws Exception {
        Path plot = folder.resolve("accuracy.svg");

        CommandRun run = CommandRun.of("demo", "--scene", "federated", "--plot", plot.toString(), "--json");

        assertThat(run.status()).as(run.err() + run.out()).isEqualTo(ExitStatus.DONE);
        Map<String, String> outcomes = new TreeMap<>();
        for (String line : run.outLines()) {
            JsonNode scene = new ObjectMapper().readTree(line);
            outcomes.put(scene.get("scene").asText(), scene.get("outcome").asText());
        }
        assertThat(outcomes).hasSize(7).containsEntry("gossip: mallory.demo, image on no list", "refused");
        assertThat(Files.readString(plot)).contains("<polyline", "rounds, poison, Multi-Krum");
    }
}
