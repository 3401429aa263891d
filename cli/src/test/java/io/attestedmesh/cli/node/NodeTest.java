package io.attestedmesh.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.simulator.EnclaveImage;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.NodeFolder;
import io.attestedmesh.cli.command.ExitStatus;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class NodeTest {
    private static final String NAME = "alice.example";

    @TempDir
    Path folder;

    private NodeFolder manualNode(String subfolder) throws Exception {
        NodeFolder node = new NodeFolder(
                Files.createDirectory(folder.resolve(subfolder)),
                Clock.systemUTC().instant());
        node.issue("server", NAME, Usage.SERVER, Duration.ofDays(1));
        node.issue("client", NAME, Usage.CLIENT, Duration.ofDays(1));
        node.configure(NAME, "");
        return node;
    }

    private static CommandRun ping(RunningNode node, Path config, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("node", "ping", node.address(), "--json", "--config", config.toString()));
        arguments.addAll(List.of(more));
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    @Test
    void manual_sameCa_acceptEachOther() throws Exception {
        NodeFolder files = manualNode("a");
        try (RunningNode node = RunningNode.start(files.path("amesh.toml"))) {
            CommandRun run = ping(node, files.path("amesh.toml"), "--name", NAME);
            assertThat(run.err()).contains("mode manual");
            assertThat(run.out()).contains("\"peer\":\"alice.example\"").contains("\"sawUsAs\":\"alice.example\"");
            assertThat(run.status()).isEqualTo(ExitStatus.DONE);
        }
    }

    @Test
    void manual_runSaysWhatItIs_andStopsInOrder() throws Exception {
        RunningNode node = RunningNode.start(manualNode("a").path("amesh.toml"), "tls.engine=jdk");
        assertThat(node.state().get("identity").textValue()).isEqualTo(NAME);
        assertThat(node.state().get("mode").textValue()).isEqualTo("manual");
        assertThat(node.state().get("engine").textValue()).isEqualTo("jdk");
        assertThat(node.state().get("health").textValue()).isEqualTo("ok");
        assertThat(node.err()).contains("not which code it runs");
        assertThat(node.stop()).isEqualTo(ExitStatus.DONE);
    }

    @Test
    void manual_serverOfOtherName_isRefused() throws Exception {
        NodeFolder files = manualNode("a");
        try (RunningNode node = RunningNode.start(files.path("amesh.toml"))) {
            CommandRun run = ping(node, files.path("amesh.toml"), "--name", "bob.example");
            assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
            assertThat(run.err())
                    .contains("reason: NAME_MISMATCH")
                    .contains("expected: ")
                    .contains("actual: ");
        }
    }

    @Test
    void manual_serverOfOtherCa_isRefused() throws Exception {
        try (RunningNode node = RunningNode.start(manualNode("a").path("amesh.toml"))) {
            CommandRun run = ping(node, manualNode("b").path("amesh.toml"), "--name", NAME);
            assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
            assertThat(run.err()).contains("reason: UNTRUSTED_ISSUER");
        }
    }

    @Test
    void manual_clientOfOtherCa_isToldThatItWasRefused() throws Exception {
        NodeFolder server = manualNode("a");
        NodeFolder stranger = manualNode("b");
        try (RunningNode node = RunningNode.start(server.path("amesh.toml"))) {
            String ca = "tls.ca=" + server.path("ca.crt");
            CommandRun run = ping(node, stranger.path("amesh.toml"), "--name", NAME, "--set", ca);
            assertThat(run.err()).contains("reason: REFUSED_BY_PEER");
            assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        }
    }

    @Test
    void manual_senderThatTheCertificateDoesNotProve_isUnauthenticated() throws Exception {
        NodeFolder files = manualNode("a");
        try (RunningNode node = RunningNode.start(files.path("amesh.toml"))) {
            CommandRun run = ping(node, files.path("amesh.toml"), "--name", NAME, "--set", "node.name=bob.example");
            assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
            assertThat(run.err()).contains("UNAUTHENTICATED").contains("wrong sender");
        }
    }

    @Test
    void nobodyThere_isNotReached() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        CommandRun run = CommandRun.of(
                "node",
                "ping",
                "127.0.0.1:" + port,
                "--config",
                manualNode("a").path("amesh.toml").toString());
        assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(run.err()).contains("amesh: error: no connection");
    }

    @Test
    void addressWithoutPort_isUsageError() throws Exception {
        CommandRun run = CommandRun.of("node", "ping", "127.0.0.1", "--config", "absent");
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    }

    @Test
    void portInUse_cannotBeDone() throws Exception {
        NodeFolder files = manualNode("a");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CommandRun run = CommandRun.of(
                    "node",
                    "run",
                    "--config",
                    files.path("amesh.toml").toString(),
                    "--set",
                    "node.listen=127.0.0.1:" + taken.getLocalPort());
            assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
            assertThat(run.err()).contains("cannot listen on");
        }
    }

    /** A node of mode full-auto, whose party CA everyone trusts, in a cloud that all nodes of the test share. */
    private Path attestedNode(String name, String image) throws Exception {
        Path home = Files.createDirectories(folder.resolve("party"));
        if (Files.notExists(home.resolve("ca.crt"))) {
            assertThat(new NodeFolder(home, Clock.systemUTC().instant()).path("ca.key"))
                    .exists();
        }
        writeReleases();
        String toml = """
                [node]
                name = "%s"
                listen = "127.0.0.1:0"
                mode = "full-auto"

                [tls]
                ca = "party/ca.crt"
                issuer-certificate = "party/ca.crt"
                issuer-key = "party/ca.key"

                [attestation]
                simulated = "insecure-cloud"
                image = "%s"
                releases = "releases.json"

                [telemetry]
                peer-log = "%s.log"
                """.formatted(name, image, name);
        return Files.writeString(folder.resolve(name + ".toml"), toml);
    }

    private void writeReleases() throws Exception {
        EnclaveImage image = NodeAttester.image("payments", Optional.empty());
        String list = "{\"releases\":[{\"name\":\"payments 1.4\",\"pcrs\":{\"0\":\"%s\",\"1\":\"%s\",\"2\":\"%s\"}}]}"
                .formatted(image.pcr0().hex(), image.pcr1().hex(), image.pcr2().hex());
        Files.writeString(folder.resolve("releases.json"), list);
    }

    @Test
    void fullAuto_knownRelease_isProvedBothWays() throws Exception {
        Path alice = attestedNode("alice.example", "payments");
        try (RunningNode node = RunningNode.start(alice)) {
            CommandRun run = ping(node, attestedNode("bob.example", "payments"), "--name", "alice.example");
            assertThat(run.err()).contains("INSECURE: attestation is simulated");
            assertThat(run.out())
                    .contains("\"release\":\"payments 1.4\"")
                    .contains("\"simulated\":true")
                    .contains("\"sawUsAs\":\"bob.example\"")
                    .contains("\"sawRelease\":\"payments 1.4\"");
            assertThat(run.status()).isEqualTo(ExitStatus.DONE);
            assertThat(Files.readString(folder.resolve("alice.example.log"))).contains("bob.example");
        }
    }

    @Test
    void fullAuto_serverOfUnknownRelease_isRefused() throws Exception {
        Path alice = attestedNode("alice.example", "tampered");
        try (RunningNode node = RunningNode.start(alice)) {
            CommandRun run = ping(node, attestedNode("bob.example", "payments"), "--name", "alice.example");
            assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
            assertThat(run.err()).contains("reason: UNKNOWN_RELEASE");
        }
    }

    @Test
    void fullAuto_clientOfUnknownRelease_isRefusedByTheServer() throws Exception {
        Path alice = attestedNode("alice.example", "payments");
        try (RunningNode node = RunningNode.start(alice)) {
            CommandRun run = ping(node, attestedNode("bob.example", "tampered"), "--name", "alice.example");
            assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
            assertThat(run.err()).contains("reason: REFUSED_BY_PEER");
        }
    }

    @Test
    void fullAuto_withoutTrustedCa_doesNotStart() throws Exception {
        Path alice = attestedNode("alice.example", "payments");
        Files.writeString(alice, Files.readString(alice).replace("ca = \"party/ca.crt\"\n", ""));
        CommandRun run = CommandRun.of("node", "run", "--config", alice.toString());
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("no CA is trusted");
    }
}
