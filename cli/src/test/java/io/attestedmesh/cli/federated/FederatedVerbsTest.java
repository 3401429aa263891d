package io.attestedmesh.cli.federated;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.NodeFolder;
import io.attestedmesh.cli.RunningCommand;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.Safetensors;
import io.attestedmesh.mpc.network.PlainParties;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(180)
class FederatedVerbsTest {
    private static final String SERVER = "fl.example";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final ExecutorService clients = Executors.newCachedThreadPool();
    private NodeFolder files;
    private Path config;

    @BeforeEach
    void issue() throws Exception {
        files = new NodeFolder(folder, Clock.systemUTC().instant());
        files.issue("server", SERVER, Usage.SERVER, Duration.ofDays(1));
        files.issue("client", SERVER, Usage.CLIENT, Duration.ofDays(1));
        config = files.configure(SERVER, """

                [federated]
                folder = "rounds"
                rounds = 2
                config = ["epochs=2"]
                """);
    }

    @AfterEach
    void close() {
        clients.shutdownNow();
    }

    private RunningCommand server(String... more) throws Exception {
        List<String> words = new ArrayList<>(List.of("fl", "server", "--config", config.toString()));
        words.addAll(List.of(more));
        return RunningCommand.start(words, "folder " + folder.resolve("rounds"), PATIENCE);
    }

    private static String address(RunningCommand server) {
        Matcher listening = Pattern.compile("listening (\\S+)").matcher(server.shown());
        assertThat(listening.find()).isTrue();
        return listening.group(1);
    }

    /** Participant K of 3, with a certificate of its own. */
    private Future<CommandRun> client(String address, int number) throws Exception {
        String[] words = wordsOfClient(address, number);
        return clients.submit(() -> CommandRun.of(words));
    }

    private String[] wordsOfClient(String address, int number) throws Exception {
        String role = "client-" + number;
        files.issue(role, role + ".example", Usage.CLIENT, Duration.ofDays(1));
        return new String[] {
            "fl",
            "client",
            "--config",
            config.toString(),
            "--set",
            "node.name=" + role + ".example",
            "--set",
            "tls.client-certificate=" + files.path(role + ".crt"),
            "--set",
            "tls.client-key=" + files.path(role + ".key"),
            "--server",
            address,
            "--name",
            SERVER,
            "--example-digits",
            number + "/3"
        };
    }

    @Test
    void server_twoClients_runsAllRounds() throws Exception {
        RunningCommand server = server();
        Future<CommandRun> first = client(address(server), 1);
        Future<CommandRun> second = client(address(server), 2);

        assertThat(first.get().status()).isEqualTo(ExitStatus.DONE);
        assertThat(second.get().status()).isEqualTo(ExitStatus.DONE);
        assertThat(server.ended(PATIENCE)).isEqualTo(ExitStatus.DONE);
        Model last =
                Safetensors.read(folder.resolve("rounds/round-2.safetensors")).model();
        assertThat(last.tensors()).hasSize(2);
        assertThat(Files.readString(folder.resolve("rounds/history.json")))
                .contains("\"round\" : 2")
                .contains("client-1.example")
                .contains("\"accuracy\"");
    }

    @Test
    void server_moreRoundsThanAreComplete_runsTheRest() throws Exception {
        RunningCommand first = server("--set", "federated.rounds=1");
        Future<CommandRun> one = client(address(first), 1);
        Future<CommandRun> two = client(address(first), 2);
        assertThat(one.get().status()).isEqualTo(ExitStatus.DONE);
        assertThat(two.get().status()).isEqualTo(ExitStatus.DONE);
        assertThat(first.ended(PATIENCE)).isEqualTo(ExitStatus.DONE);

        RunningCommand second = server();
        Future<CommandRun> three = client(address(second), 1);
        Future<CommandRun> four = client(address(second), 2);

        assertThat(three.get().err()).containsOnlyOnce("amesh: trained");
        assertThat(four.get().status()).isEqualTo(ExitStatus.DONE);
        assertThat(second.ended(PATIENCE)).isEqualTo(ExitStatus.DONE);
        assertThat(folder.resolve("rounds/round-2.safetensors")).exists();
    }

    @Test
    void server_killedAmidItsRounds_goesOnWhenItIsStartedAgain() throws Exception {
        int port = PlainParties.freePort();
        Process killed = process(port);
        Future<CommandRun> one = client("127.0.0.1:" + port, 1);
        Future<CommandRun> two = client("127.0.0.1:" + port, 2);
        Path first = folder.resolve("rounds/round-1.safetensors");
        awaitRoundOne();
        killed.destroyForcibly().waitFor(); // SIGKILL
        byte[] afterRoundOne = Files.readAllBytes(first);

        Process again = process(port);

        assertThat(again.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(again.exitValue()).isZero();
        assertThat(one.get().status()).isEqualTo(ExitStatus.DONE);
        assertThat(two.get().status()).isEqualTo(ExitStatus.DONE);
        assertThat(Files.readAllBytes(first)).isEqualTo(afterRoundOne);
        JsonNode rounds = new ObjectMapper()
                .readTree(folder.resolve("rounds/history.json").toFile())
                .get("rounds");
        assertThat(rounds).extracting(round -> round.get("round").intValue()).containsExactly(1, 2, 3, 4, 5);
    }

    /** A server of five slow rounds in a process of its own. */
    private Process process(int port) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.attestedmesh.cli.Main",
                        "fl",
                        "server",
                        "--config",
                        config.toString(),
                        "--set",
                        "node.listen=127.0.0.1:" + port,
                        "--set",
                        "federated.rounds=5",
                        "--set",
                        "federated.config=epochs=30")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("server.log").toFile()))
                .start();
    }

    private void awaitRoundOne() throws IOException, InterruptedException {
        Path history = folder.resolve("rounds/history.json");
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.exists(history) || !Files.readString(history).contains("\"round\" : 1")) {
            assertThat(System.nanoTime()).as("no round was completed").isLessThan(end);
            Thread.sleep(10);
        }
    }

    @Test
    void server_stopped_endsInOrder() throws Exception {
        RunningCommand server = server();

        assertThat(server.stop()).isEqualTo(ExitStatus.DONE);
    }

    @Test
    void client_noServer_triesAgainUntilItIsStopped() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String[] words = wordsOfClient("127.0.0.1:" + silent.getLocalPort(), 1);
            FutureTask<CommandRun> client = new FutureTask<>(() -> CommandRun.of(words));
            Thread thread = new Thread(client);
            thread.start();
            silent.accept().close();
            silent.accept().close();

            thread.interrupt();

            assertThat(client.get().status()).isEqualTo(ExitStatus.DONE);
            assertThat(client.get().err()).contains("amesh: trying again in 1 s", "amesh: stopped");
        }
    }

    @Test
    void client_anotherOfItsIdentity_isReplacedAndDoesNotComeBack() throws Exception {
        RunningCommand server = server();
        String[] words = wordsOfClient(address(server), 1);
        CompletionService<CommandRun> two = new ExecutorCompletionService<>(clients);
        two.submit(() -> CommandRun.of(words));
        two.submit(() -> CommandRun.of(words));

        CommandRun replaced = two.take().get(); // the other waits for more clients

        assertThat(replaced.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(replaced.err())
                .contains("another client has this one's place", "REPLACED", "each client needs a name of its own");
        assertThat(server.stop()).isEqualTo(ExitStatus.DONE);
    }

    @Test
    void server_otherRuleThanBefore_isRefusedWithWhatToDo() throws Exception {
        RunningCommand first = server("--set", "federated.rounds=1");
        Future<CommandRun> one = client(address(first), 1);
        Future<CommandRun> two = client(address(first), 2);
        assertThat(one.get().status()).isEqualTo(ExitStatus.DONE);
        assertThat(two.get().status()).isEqualTo(ExitStatus.DONE);
        assertThat(first.ended(PATIENCE)).isEqualTo(ExitStatus.DONE);

        CommandRun other =
                CommandRun.of("fl", "server", "--config", config.toString(), "--set", "federated.rule=fedmedian");

        assertThat(other.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(other.err())
                .contains("the rule is fedmedian, and these rounds were begun with fedavg")
                .contains("begin in another folder");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "federated.rounds=0 | [federated] rounds is not a whole number from 1",
                "federated.rule=fedavgg | is it fedavg?",
                "federated.rule=fedprox | rule is not usable",
                "federated.rule=multi-krum | rule is not usable: multi-krum needs f",
                "federated.min-available-clients=1 | min-available-clients is 1, and must be 2 at least",
                "federated.fraction-fit=2 | fraction-fit is 2.0, and must be between 0 and 1",
                "federated.fraction-fit=half | fraction-fit is not a number",
                "federated.config=epochs | is not NAME=VALUE",
                "federated.rule-parameters=f=many | is not NAME=NUMBER",
                "federated.insecure-flower-tls=127.0.0.1:0 | needs flower-certificate and flower-key",
                "federated.local-proxy-header=true | needs local",
                "federated.foler=x | is it federated.folder?",
            })
    void server_configurationThatIsWrong_isRefused(String set, String words) {
        CommandRun run = CommandRun.of("fl", "server", "--config", config.toString(), "--set", set);

        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains(words);
    }

    @Test
    void server_noSection_isRefused() throws Exception {
        files.configure(SERVER, "");

        CommandRun run = CommandRun.of("fl", "server", "--config", config.toString());

        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("has no section [federated]");
    }

    @ParameterizedTest
    @CsvSource({"--example-digits 4/3", "--example-digits one", "--learner-socket", "''", "--example-digits 1/3 python3"
    })
    void client_learnerThatIsNone_isRefused(String options) {
        List<String> words =
                new ArrayList<>(List.of("fl", "client", "--config", config.toString(), "--server", "127.0.0.1:1"));
        if (!options.isEmpty()) {
            words.addAll(List.of(options.split(" ", -1)));
        }

        assertThat(CommandRun.of(words.toArray(String[]::new)).status()).isEqualTo(ExitStatus.USAGE);
    }
}
