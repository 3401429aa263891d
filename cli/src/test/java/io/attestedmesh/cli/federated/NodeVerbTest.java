package io.attestedmesh.cli.federated;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.NodeFolder;
import io.attestedmesh.cli.RunningCommand;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.mpc.network.PlainParties;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(180)
class NodeVerbTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> NAMES = List.of("a.example", "b.example");

    @TempDir
    Path folder;

    private NodeFolder files;
    private final List<Integer> ports = new ArrayList<>();

    @BeforeEach
    void issue() throws Exception {
        files = new NodeFolder(folder, Clock.systemUTC().instant());
        for (String name : NAMES) {
            files.issue(name + "-server", name, Usage.SERVER, Duration.ofDays(1));
            files.issue(name + "-client", name, Usage.CLIENT, Duration.ofDays(1));
            ports.add(PlainParties.freePort());
        }
    }

    /** Of node 0 or 1, which knows the other. */
    private Path config(int number, String more) throws Exception {
        String name = NAMES.get(number);
        int other = 1 - number;
        return Files.writeString(folder.resolve(name + ".toml"), """
                [node]
                name = "%s"
                listen = "127.0.0.1:%d"
                mode = "manual"

                [tls]
                ca = "ca.crt"
                server-certificate = "%s-server.crt"
                server-key = "%s-server.key"
                client-certificate = "%s-client.crt"
                client-key = "%s-client.key"

                [federated]
                folder = "%s-rounds"
                %s

                [[peers]]
                name = "%s"
                gossip-address = "127.0.0.1:%d"
                """.formatted(
                name, ports.get(number), name, name, name, name, name, more, NAMES.get(other), ports.get(other)));
    }

    private String address(int number) {
        return "gossip-address = \"127.0.0.1:" + ports.get(number) + "\"\ninsecure-gossip-unattested = true";
    }

    private RunningCommand start(int number, String... more) throws Exception {
        List<String> words = new ArrayList<>(List.of(
                "fl",
                "node",
                "--config",
                config(number, address(number)).toString(),
                "--example-digits",
                (number + 1) + "/2"));
        words.addAll(List.of(more));
        return RunningCommand.start(words, "address 127.0.0.1:" + ports.get(number), PATIENCE);
    }

    private static void awaitFile(Path file) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.exists(file)) {
            assertThat(System.nanoTime()).as("no " + file).isLessThan(end);
            Thread.sleep(50);
        }
    }

    @Test
    void nodes_oneBegins_bothLearn() throws Exception {
        RunningCommand first = start(0);
        RunningCommand second = start(1, "--learn", "1");

        awaitFile(folder.resolve("a.example-rounds/round-1.safetensors"));
        awaitFile(folder.resolve("b.example-rounds/round-1.safetensors"));

        assertThat(second.stop()).isEqualTo(ExitStatus.DONE);
        assertThat(first.stop()).isEqualTo(ExitStatus.DONE);
        assertThat(Files.readAllBytes(folder.resolve("a.example-rounds/round-1.safetensors")))
                .isEqualTo(Files.readAllBytes(folder.resolve("b.example-rounds/round-1.safetensors")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | has no [federated] gossip-address",
                "gossip-address = \"nowhere\" | is not IP:PORT",
                "gossip-pickle = true | gossip-address is missing",
            })
    void node_configurationThatIsWrong_isRefused(String more, String words) throws Exception {
        CommandRun run = CommandRun.of("fl", "node", "--config", config(0, more).toString(), "--example-digits", "1/2");

        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains(words);
    }
}
