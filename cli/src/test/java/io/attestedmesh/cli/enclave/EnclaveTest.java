package io.attestedmesh.cli.enclave;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.NodeFolder;
import io.attestedmesh.cli.RunningCommand;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.mpc.network.PlainParties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Parent and enclave in this process, Unix sockets between them. */
@Timeout(180)
class EnclaveTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    private Path folder;

    private int inside;
    private int outside;

    @BeforeEach
    void choosePorts() throws IOException {
        inside = PlainParties.freePort(); // both files name it before anyone listens
        outside = PlainParties.freePort();
    }

    private Path nodeFolder() throws Exception {
        Path config = Files.createDirectory(folder.resolve("config"));
        NodeFolder files = new NodeFolder(config, Instant.now());
        files.issue("server", "node.test", Usage.SERVER, Duration.ofDays(1));
        files.issue("client", "node.test", Usage.CLIENT, Duration.ofDays(1));
        Path toml = files.configure("node.test", "");
        Files.writeString(toml, Files.readString(toml).replace("127.0.0.1:0", "127.0.0.1:" + inside));
        Files.delete(config.resolve("ca.key"));
        return config;
    }

    private Path parentToml() throws Exception {
        return Files.writeString(folder.resolve("parent.toml"), """
                [enclave]
                unix = "."
                heartbeat = true
                [[inbound]]
                listen = "127.0.0.1:%d"
                port = 7443
                [outbound]
                port = 9101
                allow = ["localhost:%d"]
                [config]
                port = 9102
                folder = "config"
                [log]
                port = 9103
                file = "enclave.log"
                """.formatted(outside, outside));
    }

    private Path initToml(String nsm) throws Exception {
        return Files.writeString(folder.resolve("enclave.toml"), """
                [parent]
                unix = "."
                heartbeat-port = 9000
                outbound-port = 9101
                config-port = 9102
                log-port = 9103
                [machine]
                user = 0
                [nsm]
                simulated = "insecure-cloud"
                %s
                [node]
                folder = "run"
                [[inbound]]
                port = 7443
                to = "127.0.0.1:%d"
                [[outbound]]
                target = "localhost:%d"
                """.formatted(nsm, inside, outside));
    }

    private RunningCommand parent() throws Exception {
        return RunningCommand.start(
                java.util.List.of("enclave", "parent", "--config", parentToml().toString()), "serving", PATIENCE);
    }

    @Test
    void init_besideParent_runsTheNodeThatTheParentReaches() throws Exception {
        Path config = nodeFolder();
        try (RunningCommand parent = parent();
                RunningCommand init = RunningCommand.start(
                        java.util.List.of(
                                "enclave",
                                "init",
                                "--config",
                                initToml("max-clock-error = \"1m\"\nconfig-pcr = 16")
                                        .toString()),
                        "listening 127.0.0.1:" + inside,
                        PATIENCE)) {
            CommandRun ping = CommandRun.of(
                    "node",
                    "ping",
                    "127.0.0.1:" + outside,
                    "--config",
                    config.resolve("amesh.toml").toString());
            assertThat(ping.status()).as(ping.err()).isEqualTo(ExitStatus.DONE);
            assertThat(init.stop()).isEqualTo(ExitStatus.DONE);
            assertThat(parent.stop()).isEqualTo(ExitStatus.DONE);
        }
        assertThat(Files.readString(folder.resolve("enclave.log")))
                .contains("heartbeat answered")
                .contains("random bytes of the NSM to the kernel")
                .contains("NSM i-")
                .contains("PCR0 ")
                .contains("ms from the time that the NSM signs")
                .contains("configuration of ")
                .contains("PCR16 ")
                .containsPattern("listening after [0-9]+ ms")
                .contains("the node has ended: DONE");
        assertThat(folder.resolve("parent-9101")).doesNotExist();
    }

    @Test
    void init_withoutParent_saysWhatIsMissing() throws Exception {
        CommandRun run =
                CommandRun.of("enclave", "init", "--config", initToml("").toString());
        assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(run.err()).contains("connecting to unix:").contains("parent-9000");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "unix = \".\" | unix = \".\"\\ncid = 3 | exactly one of them",
                "config-port = 9102 | confg-port = 9102 | unknown key confg-port",
                "simulated = \"insecure-cloud\" | simulated = \"cloud\" | begins with insecure-",
                "simulated = \"insecure-cloud\" | config-pcr = 8 | not a whole number from 16 to 31",
                "outbound-port = 9101 | | [[outbound]] needs [parent] outbound-port",
                "port = 7443 | port = 0 | not a whole number from 1",
                "target = \"localhost: | target = \"local host: | is not HOST:PORT",
                "target = \"localhost: | target = \"10.1.2.3: | is an IP address",
                "target = \"localhost: | target = \"[2001:db8::1]: | is an IP address",
                "to = \"127.0.0.1: | to = \"10.0.0.1: | is no loopback address",
                "[machine] | [maschine] | unknown section maschine"
            })
    void init_withWrongConfiguration_isRefused(String right, String wrong, String message) throws Exception {
        Path toml = initToml("");
        String text = Files.readString(toml);
        String changed = text.replace(right, wrong == null ? "" : wrong.replace("\\n", "\n"));
        assertThat(changed).isNotEqualTo(text);
        Files.writeString(toml, changed);
        CommandRun run = CommandRun.of("enclave", "init", "--config", toml.toString());
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "localhost: | local host: | which is not HOST:PORT",
                "heartbeat = true | heartbeat = 1 | is not a boolean",
                "folder = \"config\" | | folder is missing",
                "listen = \"127.0.0.1: | listen = \"127.0.0.1 | listen is not HOST:PORT"
            })
    void parent_withWrongConfiguration_isRefused(String right, String wrong, String message) throws Exception {
        Path toml = parentToml();
        Files.writeString(toml, Files.readString(toml).replace(right, wrong == null ? "" : wrong));
        CommandRun run = CommandRun.of("enclave", "parent", "--config", toml.toString());
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains(message);
    }
}
