package io.attestedmesh.cli.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.NodeFolder;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.mpc.network.PlainParties;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes, each a party, as {@code amesh node run} runs them. */
@Timeout(120)
class PartiesTest {
    private static final String ALL = """
            [[contexts]]
            name = "all"
            parties = [1, 2, 3]
            """;
    private static final String TWO = """
            [[contexts]]
            name = "two"
            parties = [1, 2]
            """;

    @TempDir
    Path folder;

    private final Map<Integer, Integer> ports = new TreeMap<>();
    private final Map<Integer, RunningNode> nodes = new TreeMap<>();

    @BeforeEach
    void start() throws Exception {
        NodeFolder files = new NodeFolder(folder, Clock.systemUTC().instant());
        for (int party = 1; party <= 3; party++) {
            files.issue("server-" + party, name(party), Usage.SERVER, Duration.ofDays(1));
            files.issue("client-" + party, name(party), Usage.CLIENT, Duration.ofDays(1));
            ports.put(party, PlainParties.freePort());
        }
        for (int party = 1; party <= 3; party++) {
            configure(party, party == 3 ? ALL : ALL + TWO);
            Files.copy(file(party), asking(party));
            run(party);
        }
    }

    /** What the node has started with, whatever becomes of its file. */
    private Path asking(int party) {
        return folder.resolve("asking-" + party + ".toml");
    }

    /** All at once: each waits for those that it has to tell something. */
    @AfterEach
    void stop() {
        nodes.values().parallelStream()
                .forEach(node -> assertThatCode(node::close).doesNotThrowAnyException());
    }

    private static String name(int party) {
        return "party-" + party + ".example";
    }

    private Path file(int party) {
        return folder.resolve(party + ".toml");
    }

    private void configure(int party, String contexts) throws IOException {
        StringBuilder toml = new StringBuilder("""
                [node]
                name = "%2$s"
                listen = "127.0.0.1:%3$d"
                mode = "manual"
                [tls]
                ca = "ca.crt"
                engine = "jdk"
                server-certificate = "server-%1$d.crt"
                server-key = "server-%1$d.key"
                client-certificate = "client-%1$d.crt"
                client-key = "client-%1$d.key"
                [mpc]
                party = %1$d
                [canary]
                every = "2s"
                sessions = 2
                rounds = 3
                round-time = "1s"
                [telemetry]
                listen = "127.0.0.1:0"
                """.formatted(party, name(party), ports.get(party)));
        ports.forEach((other, port) -> {
            if (other != party) {
                toml.append("""
                        [[peers]]
                        name = "%s"
                        party = %d
                        address = "127.0.0.1:%d"
                        """.formatted(name(other), other, port));
            }
        });
        Files.writeString(file(party), toml + contexts);
    }

    private void run(int party) throws IOException {
        nodes.put(party, RunningNode.start(file(party)));
    }

    private JsonNode status(int party) throws IOException {
        CommandRun run = CommandRun.of(
                "node",
                "status",
                "--json",
                "--config",
                asking(party).toString(),
                "--set",
                "telemetry.listen=" + nodes.get(party).state().get("telemetry").textValue());
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.DONE);
        return new ObjectMapper().readTree(run.out());
    }

    private Optional<JsonNode> context(int party, String name) throws IOException {
        for (JsonNode context : status(party).at("/mpc/contexts")) {
            if (context.get("context").textValue().equals(name)) {
                return Optional.of(context);
            }
        }
        return Optional.empty();
    }

    /** Waits until the canary of a context says something that fits, and returns how the context is shown then. */
    private JsonNode awaitCanary(int party, String context, Predicate<String> fits) throws Exception {
        while (true) {
            Optional<JsonNode> shown = context(party, context)
                    .filter(one -> fits.test(one.path("canary").asText()));
            if (shown.isPresent()) {
                return shown.get();
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static boolean isGood(String canary) {
        return canary.equals("good");
    }

    private List<String> contexts(int party) throws IOException {
        List<String> names = new ArrayList<>();
        status(party)
                .at("/mpc/contexts")
                .forEach(context -> names.add(context.get("context").textValue()));
        return names;
    }

    private String metrics(int party) throws IOException, InterruptedException {
        URI page =
                URI.create("http://" + nodes.get(party).state().get("telemetry").textValue() + "/metrics");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private CommandRun ping(int party) {
        return CommandRun.of("mpc", "ping", "--json", "--config", file(party).toString());
    }

    @Test
    void partyThatStops_isNamed_andContextsWithoutItGoOn() throws Exception {
        assertThat(awaitCanary(1, "all", PartiesTest::isGood)
                        .get("canaryMessages")
                        .intValue())
                .isEqualTo(2 * 3 * 2);
        awaitCanary(1, "two", PartiesTest::isGood);
        awaitCanary(3, "all", PartiesTest::isGood);
        assertThat(context(3, "two")).isEmpty();
        assertThat(ping(1).status()).isEqualTo(ExitStatus.DONE);

        nodes.remove(3).close();
        awaitCanary(1, "all", canary -> canary.matches("\\{TIMEOUT \\[party 3 .*=2}"));
        awaitCanary(2, "all", canary -> canary.matches("\\{TIMEOUT \\[party 3 .*=2}"));
        awaitCanary(1, "two", PartiesTest::isGood);
        CommandRun run = ping(1);
        assertThat(run.outLines().get(0)).contains("\"party\":2").contains("answered");
        assertThat(run.outLines().get(1)).contains("\"party\":3").contains("not reached");
        assertThat(run.status()).isEqualTo(ExitStatus.FAILED);

        run(3);
        awaitCanary(1, "all", PartiesTest::isGood);
        awaitCanary(2, "all", PartiesTest::isGood);
    }

    @Test
    void changedConfiguration_isTakenOver_asFarAsItCanBe() throws Exception {
        assertThat(contexts(1)).containsExactly("all", "two");
        String fresh = TWO.replace("\"two\"", "\"fresh\"");
        configure(1, TWO + fresh);
        configure(2, ALL + TWO + fresh);
        Files.writeString(file(1), Files.readString(file(1)).replace("rounds = 3", "rounds = 4"));

        awaitCanary(1, "fresh", PartiesTest::isGood);
        awaitCanary(2, "two", PartiesTest::isGood);
        assertThat(contexts(1)).containsExactly("two", "fresh");
        assertThat(status(1).at("/configuration/needsRestart/0").textValue()).isEqualTo("canary");

        String good = Files.readString(file(1));
        String broken = good + "[[contexts]]\nname = \"none\"\nparties = [1, 9]\n";
        Files.writeString(file(1), broken);
        awaitBroken(1);
        Files.writeString(file(1), good.substring(0, good.indexOf("[[peers]]")));
        awaitBroken(2);
        assertThat(status(1).at("/configuration/peers").intValue()).isEqualTo(2);
        assertThat(contexts(1)).containsExactly("two", "fresh");
    }

    /** Waits until the configuration of party 1 was found broken so often. */
    private void awaitBroken(int times) throws Exception {
        String counted = "amesh_files_reloads_total{result=\"broken\",what=\"configuration\"} " + times + ".0";
        while (!metrics(1).contains(counted)) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    @Test
    void peerThatIsTakenOut_isDisconnected() throws Exception {
        awaitCanary(1, "all", PartiesTest::isGood);
        configure(1, TWO);
        String toml = Files.readString(file(1));
        int begin = toml.indexOf("[[peers]]\nname = \"party-3.example\"");
        Files.writeString(file(1), toml.substring(0, begin) + TWO);

        while (status(1).at("/configuration/peers").intValue() != 1) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        awaitCanary(3, "all", canary -> canary.contains("party 1"));
        awaitCanary(1, "two", PartiesTest::isGood);
        assertThat(ping(3).outLines().get(0)).contains("\"party\":1").contains("refused us");
    }
}
