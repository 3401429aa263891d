package io.attestedmesh.cli.federated;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.file.AtomicFile.Access;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.NodeFolder;
import io.attestedmesh.cli.RunningCommand;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.examples.digits.Digits;
import io.attestedmesh.examples.digits.DigitsLearner;
import io.attestedmesh.federated.model.Safetensors;
import io.attestedmesh.mpc.network.PlainParties;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code amesh fl} with {@code secure = true}: party 4 is the server, and 1 to 3 are its clients. */
@Timeout(240)
class SecureVerbsTest {
    private static final int SERVER = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    private final Map<Integer, Integer> ports = new TreeMap<>();
    private final ExecutorService clients = Executors.newCachedThreadPool();

    @BeforeEach
    void configure() throws Exception {
        NodeFolder files = new NodeFolder(folder, Clock.systemUTC().instant());
        for (int party = 1; party <= SERVER; party++) {
            files.issue("server-" + party, name(party), Usage.SERVER, Duration.ofDays(1));
            files.issue("client-" + party, name(party), Usage.CLIENT, Duration.ofDays(1));
            ports.put(party, PlainParties.freePort());
        }
        for (int party = 1; party <= SERVER; party++) {
            Files.writeString(file(party), toml(party));
        }
        Safetensors.of(new DigitsLearner(Digits.even(1, 1), Digits.even(1, 1), 1).get())
                .write(folder.resolve("initial.safetensors"), Access.OWNER);
    }

    @AfterEach
    void close() {
        clients.shutdownNow();
    }

    private static String name(int party) {
        return "party-" + party + ".example";
    }

    private Path file(int party) {
        return folder.resolve(party + ".toml");
    }

    private String toml(int party) {
        StringBuilder toml = new StringBuilder("""
                [node]
                name = "%2$s"
                listen = "127.0.0.1:%3$d"
                mode = "manual"
                [tls]
                ca = "ca.crt"
                server-certificate = "server-%1$d.crt"
                server-key = "server-%1$d.key"
                client-certificate = "client-%1$d.crt"
                client-key = "client-%1$d.key"
                [mpc]
                party = %1$d
                [federated]
                folder = "rounds"
                rounds = 2
                secure = true
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
        return toml.toString();
    }

    private RunningCommand server(String... more) throws Exception {
        List<String> words =
                new ArrayList<>(List.of("fl", "server", "--config", file(SERVER).toString()));
        words.addAll(List.of(more));
        return RunningCommand.start(words, "folder " + folder.resolve("rounds"), PATIENCE);
    }

    private Future<CommandRun> client(int party) {
        String[] words = {
            "fl",
            "client",
            "--config",
            file(party).toString(),
            "--server",
            "127.0.0.1:" + ports.get(SERVER),
            "--name",
            name(SERVER),
            "--example-digits",
            party + "/3"
        };
        return clients.submit(() -> CommandRun.of(words));
    }

    private String initial() {
        return "federated.initial=" + folder.resolve("initial.safetensors");
    }

    @Test
    void threeClients_twoRounds_learnWithoutShowingAnUpdate() throws Exception {
        RunningCommand server = server("--set", initial());
        List<Future<CommandRun>> all = List.of(client(1), client(2), client(3));

        assertThat(server.ended(PATIENCE)).isEqualTo(ExitStatus.DONE);
        for (Future<CommandRun> one : all) {
            assertThat(one.get().status()).as(one.get().err()).isEqualTo(ExitStatus.DONE);
        }
        assertThat(Files.readString(folder.resolve("rounds/history.json")))
                .contains("\"round\" : 2", "\"secure\" : true", "\"examples\" : 900")
                .doesNotContain("unchanged", "\"secure\" : false");
        assertThat(folder.resolve("rounds/round-2.safetensors")).exists();
    }

    @Test
    void secureClients_serverThatAsksForUpdatesInClear_getsNothing() throws Exception {
        RunningCommand server =
                server("--set", initial(), "--set", "federated.secure=false", "--set", "federated.rounds=1");
        List<Future<CommandRun>> all = List.of(client(1), client(2));

        assertThat(server.ended(PATIENCE)).isEqualTo(ExitStatus.DONE);
        assertThat(all.get(0).get().err()).contains("amesh: gave nothing").doesNotContain("amesh: trained");
        assertThat(Files.readString(folder.resolve("rounds/history.json")))
                .contains("FIT_NOT_IMPLEMENTED secure aggregation: TERMS");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "federated.rule=fedmedian | fedmedian looks at single updates",
                "federated.local=127.0.0.1:0 | local stands beside secure = true",
                "federated.gossip-address=127.0.0.1:5001 | gossip-address stands beside secure = true",
                "federated.min-fit-clients=2 | 2 clients, where 3 are needed",
                "federated.secure-threshold=4 | a threshold of 4, and a run may have 3",
                "federated.secure-clip=0 | a clip range of 0.0",
                "federated.secure-clip=x | secure-clip is not a number",
                "federated.secure-bits=41 | secure-bits is not a whole number from 2",
                "federated.secure-time=5m | a step of PT5M",
                "federated.rounds=1 | secure needs initial",
            })
    void server_configurationThatIsWrong_isRefused(String set, String words) {
        CommandRun run = CommandRun.of("fl", "server", "--config", file(SERVER).toString(), "--set", set);

        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains(words);
    }

    @Test
    void secureKeysWithoutSecure_areRefused() {
        CommandRun run = CommandRun.of(
                "fl",
                "server",
                "--config",
                file(SERVER).toString(),
                "--set",
                "federated.secure=false",
                "--set",
                "federated.secure-bits=24");

        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("secure is missing, and others speak of it");
    }

    @Test
    void client_serverThatIsNoParty_isRefused() {
        CommandRun run = CommandRun.of(
                "fl",
                "client",
                "--config",
                file(1).toString(),
                "--server",
                "127.0.0.1:1",
                "--name",
                "other.example",
                "--example-digits",
                "1/3");

        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("other.example is no party");
    }

    @Test
    void noParty_isRefused() throws Exception {
        Path manual = new NodeFolder(
                        Files.createDirectory(folder.resolve("x")),
                        Clock.systemUTC().instant())
                .configure("x.example", "[federated]\nsecure = true\n");

        CommandRun run = CommandRun.of("fl", "server", "--config", manual.toString());

        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("[federated] secure is for parties, and this node is none");
    }
}
