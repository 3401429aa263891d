package io.attestedmesh.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attestedmesh.attest.simulator.EnclaveImage;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.NodeFolder;
import io.attestedmesh.cli.PublishedReleases;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.config.Address;
import io.attestedmesh.cli.config.MeshConfig;
import io.attestedmesh.cli.config.Overrides;
import io.attestedmesh.cli.node.proto.HelloReply;
import io.attestedmesh.cli.node.proto.HelloRequest;
import io.attestedmesh.cli.node.proto.NodeGrpc;
import io.attestedmesh.mpc.network.PlainParties;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.transport.grpc.AttestedChannel;
import io.attestedmesh.transport.grpc.AttestedGrpc;
import io.attestedmesh.transport.grpc.TransportLimits;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class NodeTest {
    private static final String NAME = "alice.example";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private PublishedReleases releases;

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
        int port = PlainParties.freePort();
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
        published();
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

                [releases]
                root = "trust-root.json"
                source = "bundle.json"
                state = "%s.state"

                [telemetry]
                peer-log = "%s.log"
                """.formatted(name, image, name, name);
        return Files.writeString(folder.resolve(name + ".toml"), toml);
    }

    private static Release payments(String version, String image) throws Exception {
        return PublishedReleases.release(version, NodeAttester.image(image, Optional.empty()));
    }

    private PublishedReleases published() throws Exception {
        if (releases == null) {
            releases = new PublishedReleases(folder, Clock.systemUTC());
            releases.publish(
                    payments("1.4.0", "payments"),
                    payments("1.3.0", "old-payments").deprecated());
        }
        return releases;
    }

    @Test
    void fullAuto_knownRelease_isProvedBothWays() throws Exception {
        Path alice = attestedNode("alice.example", "payments");
        try (RunningNode node = RunningNode.start(alice)) {
            CommandRun run = ping(node, attestedNode("bob.example", "payments"), "--name", "alice.example");
            assertThat(run.err()).contains("INSECURE: attestation is simulated");
            assertThat(run.out())
                    .contains("\"release\":\"payments 1.4.0\"")
                    .contains("\"level\":\"session\"")
                    .contains("\"simulated\":true")
                    .contains("\"sawUsAs\":\"bob.example\"")
                    .contains("\"sawRelease\":\"payments 1.4.0\"");
            assertThat(run.status()).isEqualTo(ExitStatus.DONE);
            assertThat(Files.readString(folder.resolve("alice.example.log")))
                    .contains("bob.example")
                    .contains("\"level\":\"session\"");
        }
    }

    @Test
    void fullAuto_engineWithoutExporter_doesNotStart_andSaysWhatWould() throws Exception {
        CommandRun run = run(attestedNode("alice.example", "payments"), "--set", "tls.engine=bcjsse");
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err())
                .contains("level session needs an exporter, and TLS engine bcjsse has none")
                .contains("conscrypt")
                .contains("level = \"certificate\"");
    }

    @Test
    void fullAuto_engineWithoutExporter_atLevelCertificate_provesThatMuchAndIsWarnedOf() throws Exception {
        Path alice = attestedNode("alice.example", "payments");
        Path bob = attestedNode("bob.example", "payments");
        try (RunningNode node = RunningNode.start(alice, "tls.engine=bcjsse", "attestation.level=certificate")) {
            assertThat(node.err()).contains("level certificate");
            CommandRun run = ping(node, bob, "--name", "alice.example", "--set", "attestation.level=certificate");
            assertThat(run.out()).contains("\"level\":\"certificate\"");
            assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.DONE);
        }
    }

    @Test
    void fullAuto_serverWithoutSession_isRefusedByAClientThatDemandsIt() throws Exception {
        Path alice = attestedNode("alice.example", "payments");
        Path bob = attestedNode("bob.example", "payments");
        try (RunningNode node = RunningNode.start(alice, "tls.engine=bcjsse", "attestation.level=certificate")) {
            CommandRun run = ping(node, bob, "--name", "alice.example");
            assertThat(run.err()).contains("reason: FRESHNESS_MISMATCH").contains("does not speak session attestation");
            assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        }
    }

    @Test
    void fullAuto_clientWithoutSession_isRefusedByAServerThatDemandsIt() throws Exception {
        Path bob = attestedNode("bob.example", "payments");
        try (RunningNode node = RunningNode.start(attestedNode("alice.example", "payments"))) {
            CommandRun run = ping(node, bob, "--name", "alice.example", "--set", "attestation.level=certificate");
            assertThat(run.err()).contains("if it demands level session, this side has to as well");
            assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
        }
    }

    @Test
    void fullAuto_enclaveOtherThanTheOnePinned_isRefused() throws Exception {
        Path bob = attestedNode("bob.example", "payments");
        Files.writeString(bob, Files.readString(bob) + """
                [[peers]]
                name = "alice.example"
                module-id = "i-0123456789abcdef0-enc0123456789abcdef"
                """);
        try (RunningNode node = RunningNode.start(attestedNode("alice.example", "payments"))) {
            CommandRun run = ping(node, bob, "--name", "alice.example");
            assertThat(run.err()).contains("reason: MODULE_PIN_MISMATCH");
            assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
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
    void registers_ofAnImage_areWhatAListSaysOfIt() throws Exception {
        Path alice = attestedNode("alice.example", "payments");
        CommandRun run = CommandRun.of("node", "registers", "--config", alice.toString());
        EnclaveImage image = NodeAttester.image("payments", Optional.empty());
        assertThat(run.status()).isEqualTo(ExitStatus.DONE);
        assertThat(run.outLines())
                .containsExactly("{\"pcrs\":{\"0\":\"" + image.pcr0().hex() + "\",\"1\":\""
                        + image.pcr1().hex() + "\",\"2\":\"" + image.pcr2().hex() + "\"}}");
    }

    @Test
    void registers_beforeThereIsAList_arePrinted() throws Exception {
        Path alice = attestedNode("alice.example", "payments");
        Files.delete(published().bundle());
        Files.delete(published().root());
        CommandRun run = CommandRun.of("node", "registers", "--config", alice.toString());
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.DONE);
    }

    @Test
    void registers_ofAnotherImage_differ() throws Exception {
        String alice = attestedNode("alice.example", "payments").toString();
        CommandRun one = CommandRun.of("node", "registers", "--config", alice);
        CommandRun other = CommandRun.of("node", "registers", "--config", alice, "--set", "attestation.image=other");
        assertThat(other.status()).isEqualTo(ExitStatus.DONE);
        assertThat(other.out()).isNotEqualTo(one.out());
    }

    @Test
    void registers_ofANodeThatProvesNoCode_isUsageError() throws Exception {
        CommandRun run = CommandRun.of(
                "node",
                "registers",
                "--config",
                manualNode("a").path("amesh.toml").toString());
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("proves no code").contains("amesh: hint: [node] mode");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void fullAuto_withoutDevice_doesNotStart() throws Exception {
        Path alice = attestedNode("alice.example", "payments");
        String simulated = Files.readString(alice);
        Files.writeString(alice, simulated.replaceFirst("simulated = .*", "nsm = \"no-device\""));
        assertThat(Files.readString(alice)).isNotEqualTo(simulated);
        for (String verb : new String[] {"run", "registers"}) {
            CommandRun run = CommandRun.of("node", verb, "--config", alice.toString());
            assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.FAILED);
            assertThat(run.err())
                    .contains("this machine cannot make evidence: cannot open ", "no-device")
                    .contains("amesh: hint: outside an enclave");
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

    @Test
    void fullAuto_runSaysWhichListIsInForce() throws Exception {
        try (RunningNode node = RunningNode.start(attestedNode("alice.example", "payments"))) {
            assertThat(node.state().get("releases").textValue()).isEqualTo("payments");
            assertThat(node.state().get("releasesVersion").asLong()).isEqualTo(1);
            assertThat(node.state().get("releasesEnd").textValue()).endsWith("Z");
        }
    }

    @Test
    void fullAuto_status_showsTheListAndWhoseCodeIsConnected() throws Exception {
        Path alice = attestedNode("alice.example", "payments");
        MeshConfig bob = MeshConfig.load(attestedNode("bob.example", "payments"), Overrides.NONE);
        try (RunningNode node = RunningNode.start(alice, "telemetry.listen=127.0.0.1:0");
                NodeParts parts = NodeParts.ofCommand(bob, Clock.systemUTC());
                AttestedGrpc grpc = new AttestedGrpc(parts.client(), TransportLimits.DEFAULT);
                AttestedChannel channel = dial(grpc, node)) {
            hello(channel, "bob.example");
            CommandRun run = CommandRun.of(
                    "node",
                    "status",
                    "--json",
                    "--config",
                    alice.toString(),
                    "--set",
                    "telemetry.listen=" + node.state().get("telemetry").textValue());
            JsonNode status = new ObjectMapper().readTree(run.out());
            assertThat(status.at("/releases/list").textValue()).isEqualTo("payments");
            assertThat(status.at("/releases/version").asInt()).isEqualTo(1);
            assertThat(status.at("/releases/ends").textValue()).endsWith("Z");
            assertThat(status.at("/releases/source").textValue()).endsWith("bundle.json");
            assertThat(status.at("/releases/warning").isNull()).isTrue();
            assertThat(status.at("/transport/connections/0/peer").textValue()).isEqualTo("bob.example");
            assertThat(status.at("/transport/connections/0/release").textValue())
                    .isEqualTo("payments 1.4.0");
            assertThat(status.at("/transport/connections/0/level").textValue()).isEqualTo("session");
            assertThat(status.at("/transport/connections/0/simulated").booleanValue())
                    .isTrue();
        }
    }

    @Test
    void ping_withTheStateOfARunningNode_leavesItAsItIs() throws Exception {
        Path alice = attestedNode("alice.example", "payments");
        try (RunningNode node = RunningNode.start(alice)) {
            byte[] before = Files.readAllBytes(folder.resolve("alice.example.state"));
            CommandRun run = ping(node, alice, "--name", "alice.example");
            assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.DONE);
            assertThat(Files.readAllBytes(folder.resolve("alice.example.state")))
                    .isEqualTo(before);
        }
    }

    @Test
    void secondNode_withTheSameState_doesNotStart() throws Exception {
        Path alice = attestedNode("alice.example", "payments");
        try (RunningNode node = RunningNode.start(alice)) {
            CommandRun run = CommandRun.of("node", "run", "--config", alice.toString());
            assertThat(node.err()).doesNotContain("in use");
            assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
            assertThat(run.err()).contains("in use");
        }
    }

    private static CommandRun run(Path config, String... more) {
        List<String> arguments = new ArrayList<>(List.of("node", "run", "--config", config.toString()));
        arguments.addAll(List.of(more));
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    @Test
    void start_withoutAnyList_isRefusedWithAHint() throws Exception {
        Path alice = attestedNode("alice.example", "payments");
        Files.delete(published().bundle());

        CommandRun run = run(alice);

        assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(run.err())
                .contains("there is no list of releases to begin with")
                .contains("amesh: hint: [releases]");
    }

    @Test
    void start_withAListThatOthersSigned_isRefusedWithItsReason() throws Exception {
        Path alice = attestedNode("alice.example", "payments");
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        PublishedReleases others = new PublishedReleases(elsewhere, Clock.systemUTC());
        others.publish(payments("1.4.0", "payments"));

        CommandRun run = run(alice, "--set", "releases.root=elsewhere/trust-root.json");

        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(run.err()).contains("reason: ROOT_FORK");
    }

    @Test
    void start_withAListBelowTheMinimumVersion_isARollback() throws Exception {
        CommandRun run = run(attestedNode("alice.example", "payments"), "--set", "releases.minimum-version=2");

        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(run.err()).contains("reason: LIST_ROLLBACK").contains("actual: version 1");
    }

    @Test
    void start_withAListThatIsNoBundle_isUsageError() throws Exception {
        Path alice = attestedNode("alice.example", "payments");
        Files.writeString(published().bundle(), "{\"releases\":[]}");

        assertThat(run(alice).status()).isEqualTo(ExitStatus.USAGE);
    }

    @Test
    void start_withAnUnsignedRoot_isRefused() throws Exception {
        Path alice = attestedNode("alice.example", "payments");
        String signed = Files.readString(published().root());
        Files.writeString(published().root(), signed.replaceAll("(?s)\"signatures\".*", "\"signatures\": []}"));

        CommandRun run = run(alice);

        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(run.err()).contains("reason: THRESHOLD_NOT_MET");
    }

    @Test
    void start_withTheListRequiredToBeInALog_isRefusedWithoutOne() throws Exception {
        CommandRun run = run(attestedNode("alice.example", "payments"), "--set", "releases.require-inclusion=true");

        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(run.err()).contains("reason: INCLUSION_MISSING");
    }

    @Test
    void start_withDamagedState_isRefused_notBegunAgain() throws Exception {
        Path alice = attestedNode("alice.example", "payments");
        Files.writeString(folder.resolve("alice.example.state"), "{");

        CommandRun run = run(alice);

        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(run.err()).contains("reason: STATE_INVALID").contains("name the state of this client");
    }

    @Test
    void start_whileTheSourceIsAway_takesTheListOfTheState() throws Exception {
        Path alice = attestedNode("alice.example", "payments");
        RunningNode.start(alice).close();
        Files.delete(published().bundle());

        try (RunningNode node = RunningNode.start(alice)) {
            assertThat(node.state().get("releasesVersion").asLong()).isEqualTo(1);
        }
    }

    @Test
    void start_withAnOlderListThanTheState_keepsTheNewer() throws Exception {
        Path alice = attestedNode("alice.example", "payments");
        byte[] first = Files.readAllBytes(published().bundle());
        published().publish(payments("1.4.0", "payments"));
        RunningNode.start(alice).close();
        Files.write(published().bundle(), first);

        try (RunningNode node = RunningNode.start(alice)) {
            assertThat(node.state().get("releasesVersion").asLong()).isEqualTo(2);
            CommandRun run = ping(node, attestedNode("alice.example", "old-payments"), "--name", "alice.example");
            assertThat(run.err()).contains("REFUSED_BY_PEER");
        }
    }

    @Test
    void withoutState_isWarnedOf() throws Exception {
        Path alice = attestedNode("alice.example", "payments");
        Files.writeString(alice, Files.readString(alice).replaceAll("state = .*", ""));
        try (RunningNode node = RunningNode.start(alice)) {
            assertThat(node.err()).contains("[releases] state is not set");
        }
    }

    @Test
    void connectedPeer_whoseReleaseIsRevoked_isDropped_andOneOfAnotherReleaseIsNot() throws Exception {
        MeshConfig old = MeshConfig.load(attestedNode("bob.example", "old-payments"), Overrides.NONE);
        MeshConfig current = MeshConfig.load(attestedNode("carol.example", "payments"), Overrides.NONE);
        try (RunningNode alice = RunningNode.start(attestedNode("alice.example", "payments"));
                NodeParts bob = NodeParts.ofCommand(old, Clock.systemUTC());
                NodeParts carol = NodeParts.ofCommand(current, Clock.systemUTC());
                AttestedGrpc ofBob = new AttestedGrpc(bob.client(), TransportLimits.DEFAULT);
                AttestedGrpc ofCarol = new AttestedGrpc(carol.client(), TransportLimits.DEFAULT);
                AttestedChannel deprecated = dial(ofBob, alice);
                AttestedChannel active = dial(ofCarol, alice)) {
            assertThat(deprecated.peer(PATIENCE).identity().name()).isEqualTo("alice.example");
            hello(deprecated, "bob.example");
            hello(active, "carol.example");

            published()
                    .publish(
                            payments("1.4.0", "payments"),
                            PublishedReleases.revoked(payments("1.3.0", "old-payments")));

            long end = System.nanoTime() + PATIENCE.toNanos();
            while (!ofBob.connections().isEmpty() && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            assertThat(ofBob.connections()).isEmpty();
            assertThat(ofCarol.connections()).hasSize(1);
            hello(active, "carol.example");
        }
    }

    private static AttestedChannel dial(AttestedGrpc from, RunningNode node) throws Exception {
        Address address = Address.parse(node.address()).orElseThrow();
        return from.channel(address.host(), address.port(), "alice.example");
    }

    private static void hello(AttestedChannel channel, String sender) {
        HelloReply reply = NodeGrpc.newBlockingStub(channel.channel())
                .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .hello(HelloRequest.newBuilder().setSender(sender).build());
        assertThat(reply.getCaller()).isEqualTo(sender);
    }
}
