package io.attestedmesh.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.NodeFolder;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.config.Address;
import io.attestedmesh.cli.config.MeshConfig;
import io.attestedmesh.cli.config.Overrides;
import io.attestedmesh.cli.node.proto.HelloReply;
import io.attestedmesh.cli.node.proto.HelloRequest;
import io.attestedmesh.cli.node.proto.NodeGrpc;
import io.attestedmesh.mpc.network.PlainParties;
import io.attestedmesh.transport.grpc.AttestedChannel;
import io.attestedmesh.transport.grpc.AttestedGrpc;
import io.attestedmesh.transport.grpc.TransportLimits;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node that runs, looked into by the commands for it. */
@Timeout(60)
class NodeTelemetryTest {
    private static final String NAME = "alice.example";
    private static final String ANY_PORT = "telemetry.listen=127.0.0.1:0";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private NodeFolder alice;

    @BeforeEach
    void makeNode() throws Exception {
        alice = node("alice", NAME);
    }

    private NodeFolder node(String subfolder, String name) throws Exception {
        NodeFolder node = new NodeFolder(
                Files.createDirectory(folder.resolve(subfolder)),
                Clock.systemUTC().instant());
        node.issue("server", name, Usage.SERVER, Duration.ofDays(1));
        node.issue("client", name, Usage.CLIENT, Duration.ofDays(1));
        node.configure(name, "");
        return node;
    }

    private RunningNode run(String... settings) throws IOException {
        List<String> all = new ArrayList<>(List.of(ANY_PORT));
        all.addAll(List.of(settings));
        return RunningNode.start(alice.path("amesh.toml"), all.toArray(String[]::new));
    }

    private static String telemetry(RunningNode node) {
        return node.state().get("telemetry").textValue();
    }

    private CommandRun ask(String address, String... words) {
        List<String> arguments = new ArrayList<>(List.of("node"));
        arguments.addAll(List.of(words));
        arguments.addAll(List.of("--config", alice.path("amesh.toml").toString()));
        arguments.addAll(List.of("--set", "telemetry.listen=" + address));
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    private static HttpResponse<String> get(RunningNode node, String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://" + telemetry(node) + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    /** A node of a CA that alice does not trust, which trusts hers, calls her; the id that both then log. */
    private String impostor(RunningNode node, NodeFolder stranger) {
        CommandRun run = CommandRun.of(
                "node",
                "ping",
                node.address(),
                "--name",
                NAME,
                "--config",
                stranger.path("amesh.toml").toString(),
                "--set",
                "tls.ca=" + alice.path("ca.crt"));
        assertThat(run.err()).contains("reason: REFUSED_BY_PEER");
        return run.err().replaceAll("(?s).*under connection ([0-9a-f]{16}).*", "$1");
    }

    @Test
    void status_ofARunningNode_isAnOutlineOfItsParts() throws Exception {
        try (RunningNode node = run("tls.engine=jdk")) {
            CommandRun run = ask(telemetry(node), "status");
            assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.DONE);
            assertThat(run.outLines())
                    .contains("node", "  identity  alice.example", "  mode      manual", "  state     serving")
                    .contains("health", "  healthy  true", "  ready    true", "  failing  -")
                    .contains("certificates", "  server", "  client")
                    .contains("transport", "  engine       jdk", "  open         0", "  connections  -")
                    .contains("rejections", "  total     0");
        }
    }

    @Test
    void status_asJson_hasTheOpenConnections() throws Exception {
        MeshConfig config = MeshConfig.load(alice.path("amesh.toml"), Overrides.NONE);
        try (RunningNode node = run();
                NodeParts parts = NodeParts.ofCommand(config, Clock.systemUTC());
                AttestedGrpc grpc = new AttestedGrpc(parts.client(), TransportLimits.DEFAULT);
                AttestedChannel channel = dial(grpc, node)) {
            hello(channel);

            JsonNode status = new ObjectMapper()
                    .readTree(ask(telemetry(node), "status", "--json").out());
            JsonNode connection = status.at("/transport/connections/0");
            assertThat(status.at("/transport/open").asInt()).isEqualTo(1);
            assertThat(connection.path("peer").textValue()).isEqualTo(NAME);
            assertThat(connection.path("role").textValue()).isEqualTo("client");
            assertThat(connection.path("remote").textValue()).startsWith("127.0.0.1:");
            assertThat(connection.path("release").isNull()).isTrue();
            assertThat(connection.path("level").textValue()).isEqualTo("certificate");
            assertThat(connection.path("simulated").booleanValue()).isFalse();
            assertThat(Duration.between(
                            parts.client().credentials().current().notAfter(),
                            Instant.parse(connection.path("certificateEnds").textValue())))
                    .isLessThanOrEqualTo(Duration.ZERO);
            assertThat(status.at("/certificates/client/id").textValue())
                    .isEqualTo(parts.client().credentials().current().correlationId());
            assertThat(get(node, "/metrics").body())
                    .contains("amesh_tls_connections 1.0")
                    .contains("amesh_tls_accepted_total{level=\"certificate\",role=\"server\"} 1.0")
                    .contains("amesh_credential_remaining_seconds");
        }
    }

    @Test
    void why_afterAnImpostorsHandshake_saysWhyByNameAddressAndId() throws Exception {
        NodeFolder mallory = node("mallory", "mallory.example");
        try (RunningNode node = run()) {
            String id = impostor(node, mallory);
            for (String peer : List.of("mallory.example", "127.0.0.1", id)) {
                CommandRun run = ask(telemetry(node), "why", peer);
                assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.DONE);
                assertThat(run.outLines().get(0)).matches("20.*Z UNTRUSTED_ISSUER");
                assertThat(run.out())
                        .contains("  expected  ")
                        .contains("  actual    ")
                        .contains("  peer      client 127.0.0.1:")
                        .contains("  claimed   mallory.example")
                        .contains("  id        " + id + "\n");
            }
            JsonNode json = new ObjectMapper()
                    .readTree(ask(telemetry(node), "why", "--json").out());
            assertThat(json.path("reason").textValue()).isEqualTo("UNTRUSTED_ISSUER");
            assertThat(json.path("id").textValue()).isEqualTo(id);
            assertThat(json.at("/claimedNames/0").textValue()).isEqualTo("mallory.example");
            assertThat(ask(telemetry(node), "status").outLines()).contains("    UNTRUSTED_ISSUER  1");
            assertThat(get(node, "/metrics").body())
                    .contains("amesh_tls_rejections_total{reason=\"UNTRUSTED_ISSUER\",role=\"server\"} 1.0");
        }
    }

    @Test
    void why_ofAPeerThatWasNotRefused_saysSo() throws Exception {
        NodeFolder mallory = node("mallory", "mallory.example");
        try (RunningNode node = run()) {
            assertThat(ask(telemetry(node), "why").err())
                    .contains("alice.example remembers no rejection; it runs since 20");
            impostor(node, mallory);

            CommandRun run = ask(telemetry(node), "why", "bob.example", "--json");

            assertThat(run.status()).isEqualTo(ExitStatus.DONE);
            assertThat(run.out()).isEmpty();
            assertThat(run.err()).contains("remembers no rejection of bob.example");
        }
    }

    @Test
    void whileCallsEnd_isNotReady_andStatusSaysSo() throws Exception {
        MeshConfig config = MeshConfig.load(alice.path("amesh.toml"), Overrides.NONE);
        RunningNode node = run();
        try (NodeParts parts = NodeParts.ofCommand(config, Clock.systemUTC());
                AttestedGrpc grpc = new AttestedGrpc(parts.client(), TransportLimits.DEFAULT);
                AttestedChannel channel = dial(grpc, node)) {
            assertThat(get(node, "/readyz").statusCode()).isEqualTo(200);
            ClientCall<HelloRequest, HelloReply> underWay =
                    channel.channel().newCall(NodeGrpc.getHelloMethod(), CallOptions.DEFAULT);
            underWay.start(new ClientCall.Listener<>() {}, new Metadata());
            // what came after it on the same connection was answered, so it has begun
            hello(channel);
            CompletableFuture<ExitStatus> ended = CompletableFuture.supplyAsync(() -> stop(node));

            long end = System.nanoTime() + PATIENCE.toNanos();
            while (get(node, "/readyz").statusCode() == 200) {
                assertThat(System.nanoTime()).isLessThan(end);
            }
            assertThat(get(node, "/readyz").body()).isEqualTo("draining\n");
            assertThat(ask(telemetry(node), "status").outLines()).contains("  state     draining", "  ready    false");

            underWay.cancel("seen enough", null);
            assertThat(ended.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(ExitStatus.DONE);
            assertThat(ask(telemetry(node), "status").status()).isEqualTo(ExitStatus.FAILED);
        }
    }

    private static ExitStatus stop(RunningNode node) {
        try {
            return node.stop();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static AttestedChannel dial(AttestedGrpc from, RunningNode node) throws Exception {
        Address address = Address.parse(node.address()).orElseThrow();
        return from.channel(address.host(), address.port(), NAME);
    }

    private static void hello(AttestedChannel channel) {
        assertThat(NodeGrpc.newBlockingStub(channel.channel())
                        .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                        .hello(HelloRequest.newBuilder().setSender(NAME).build())
                        .getCaller())
                .isEqualTo(NAME);
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "why"})
    void nodeThatIsAway_cannotBeAsked(String verb) throws Exception {
        int port = PlainParties.freePort();
        CommandRun run = ask("127.0.0.1:" + port, verb);
        assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("alice.example does not answer").contains("amesh: hint: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "why"})
    void withoutAddress_isUsageErrorThatSaysHowToSetIt(String verb) {
        CommandRun run =
                CommandRun.of("node", verb, "--config", alice.path("amesh.toml").toString());
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("amesh: hint: set [telemetry] listen = \"127.0.0.1:9464\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "why"})
    void portThatTheSystemChooses_isUsageError(String verb) {
        CommandRun run = ask("127.0.0.1:0", verb);
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("--set telemetry.listen=127.0.0.1:PORT");
    }

    @Test
    void withoutAddress_nothingListens() throws Exception {
        try (RunningNode node = RunningNode.start(alice.path("amesh.toml"))) {
            assertThat(node.state().has("telemetry")).isFalse();
        }
    }

    @Test
    void addressInUse_doesNotStart() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CommandRun run = ask("127.0.0.1:" + taken.getLocalPort(), "run");
            assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
            assertThat(run.err()).contains("for telemetry").contains("[telemetry] listen chooses the address");
        }
    }

    @Test
    void exposedOnPurpose_isWarnedOf_andCanBeAsked() throws Exception {
        try (RunningNode node = run("telemetry.listen=0.0.0.0:0", "telemetry.insecure-listen-anywhere=true")) {
            assertThat(node.err()).contains("INSECURE: telemetry is plain HTTP on 0.0.0.0:0");
            CommandRun run = ask(telemetry(node), "status", "--set", "telemetry.insecure-listen-anywhere=true");
            assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.DONE);
        }
    }
}
