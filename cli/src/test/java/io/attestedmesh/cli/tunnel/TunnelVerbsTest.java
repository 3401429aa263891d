package io.attestedmesh.cli.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.simulator.EnclaveImage;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.NodeFolder;
import io.attestedmesh.cli.PublishedReleases;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.transport.pki.Pem;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class TunnelVerbsTest {
    private static final String SERVER = "alice.example";
    private static final String CLIENT = "bob.example";

    @TempDir
    Path folder;

    private ServerSocket target;
    private String targetAddress;
    private PublishedReleases releases;

    @BeforeEach
    void listen() throws Exception {
        target = new ServerSocket(0, 20, InetAddress.getLoopbackAddress());
        target.setSoTimeout(20_000);
        targetAddress = "127.0.0.1:" + target.getLocalPort();
    }

    @AfterEach
    void close() throws Exception {
        target.close();
    }

    /** One CA, and the two nodes that it certifies. */
    private NodeFolder manual() throws Exception {
        NodeFolder files = new NodeFolder(folder, Clock.systemUTC().instant());
        files.issue("server", SERVER, Usage.SERVER, Duration.ofDays(1));
        files.issue("client", CLIENT, Usage.CLIENT, Duration.ofDays(1));
        files.configure(SERVER, "");
        return files;
    }

    private RunningTunnel server(Path config, String... more) throws IOException {
        List<String> words = new ArrayList<>(List.of("--target", targetAddress));
        words.addAll(List.of(more));
        return RunningTunnel.start("server", config, words.toArray(String[]::new));
    }

    private static RunningTunnel client(Path config, RunningTunnel server, String... more) throws IOException {
        List<String> words = new ArrayList<>(List.of("--target", server.address(), "--name", SERVER));
        words.addAll(List.of(more));
        return RunningTunnel.start("client", config, words.toArray(String[]::new));
    }

    private void assertEcho(Socket program) throws IOException {
        program.getOutputStream().write(new byte[] {1, 2, 3});
        program.getOutputStream().flush();
        try (Socket reached = target.accept()) {
            byte[] heard = reached.getInputStream().readNBytes(3);
            reached.getOutputStream().write(heard);
            assertThat(program.getInputStream().readNBytes(3)).containsExactly(1, 2, 3);
        }
    }

    /** The program sees an end, and the target nobody. */
    private void assertRefused(Socket program) throws IOException {
        try (program) {
            InputStream in = program.getInputStream();
            assertThat(in.read()).isEqualTo(-1);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException reset) {
            // as it should be
        }
        target.setSoTimeout(100);
        try (Socket reached = target.accept()) {
            throw new AssertionError("reached from " + reached);
        } catch (SocketTimeoutException nobody) {
            target.setSoTimeout(20_000);
        }
    }

    @Test
    void manual_streamsGoThrough_untilTheyAreStopped() throws Exception {
        Path config = manual().path("amesh.toml");
        RunningTunnel server = server(config, "--allow-dns", CLIENT, "--set", "telemetry.listen=127.0.0.1:0");
        RunningTunnel client = client(config, server);
        assertThat(server.state().get("target").textValue()).isEqualTo(targetAddress);
        assertThat(server.state().get("identity").textValue()).isEqualTo(SERVER);
        Socket program = client.connect();
        assertEcho(program);
        String telemetry = "http://" + server.state().get("telemetry").textValue();
        assertThat(get(telemetry + "/metrics"))
                .contains("amesh_tunnel_bytes_total{direction=\"received\",role=\"server\"} 3.0");
        assertThat(get(telemetry + "/status"))
                .contains("\"tunnel\":{\"role\":\"server\"")
                .contains(CLIENT);
        program.close();
        assertThat(client.stop()).isEqualTo(ExitStatus.DONE);
        assertThat(server.stop()).isEqualTo(ExitStatus.DONE);
        assertThat(server.err()).contains("amesh: stopping: no new streams, 10 s");
    }

    private static String get(String uri) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(uri)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void peerThatTheRuleDoesNotName_isRefused() throws Exception {
        Path config = manual().path("amesh.toml");
        try (RunningTunnel server =
                        server(config, "--allow-dns", "carol.example", "--set", "telemetry.listen=127.0.0.1:0");
                RunningTunnel client = client(config, server)) {
            assertRefused(client.connect());
            assertThat(get("http://" + server.state().get("telemetry").textValue() + "/rejections"))
                    .contains("\"reason\":\"NOT_ALLOWED\"")
                    .contains("a name of [carol.example]");
        }
    }

    @Test
    void manual_releasesOfPeersWithoutEvidence_areNone() throws Exception {
        Path config = manual().path("amesh.toml");
        try (RunningTunnel server = server(config, "--releases", "payments 1.4.0");
                RunningTunnel client = client(config, server)) {
            assertRefused(client.connect());
        }
    }

    @Test
    void anyPeer_isWarnedOf() throws Exception {
        Path config = manual().path("amesh.toml");
        try (RunningTunnel server = server(config, "--insecure-allow-any");
                RunningTunnel client = client(config, server)) {
            assertThat(server.err()).contains("INSECURE: every peer that the configuration accepts");
            assertEcho(client.connect());
        }
    }

    @Test
    void target_isTheOneThatTheClientAsksFor() throws Exception {
        Path config = manual().path("amesh.toml");
        try (RunningTunnel server = RunningTunnel.start(
                        "server", config, "--allow-dns", CLIENT, "--target-for", "db=" + targetAddress);
                RunningTunnel client = client(config, server, "--service", "db");
                RunningTunnel lost = client(config, server)) {
            assertEcho(client.connect());
            assertRefused(lost.connect());
        }
    }

    @Test
    void sidecar_speaksTlsToPrograms() throws Exception {
        NodeFolder files = manual();
        files.issue("local", "localhost", Usage.SERVER, Duration.ofDays(1));
        try (RunningTunnel server = server(files.path("amesh.toml"), "--allow-dns", CLIENT);
                RunningTunnel client = client(
                        files.path("amesh.toml"),
                        server,
                        "--plain-tls-certificate",
                        files.path("local.crt").toString(),
                        "--plain-tls-key",
                        files.path("local.key").toString(),
                        "--plain-tls-alpn",
                        "h2");
                SSLSocket program = (SSLSocket) trusting(files.path("ca.crt"))
                        .getSocketFactory()
                        .createSocket(client.connect(), "localhost", 0, true)) {
            SSLParameters parameters = program.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            parameters.setApplicationProtocols(new String[] {"h2"});
            program.setSSLParameters(parameters);
            assertEcho(program);
            assertThat(program.getApplicationProtocol()).isEqualTo("h2");
        }
    }

    private static SSLContext trusting(Path ca) throws Exception {
        KeyStore roots = KeyStore.getInstance("PKCS12");
        roots.load(null, null);
        roots.setCertificateEntry("ca", Pem.certificates(ca).get(0));
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(roots);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    /** A node with evidence of {@code image}, under a CA that both have. */
    private Path attested(String name, String image) throws Exception {
        if (releases == null) {
            releases = new PublishedReleases(folder, Clock.systemUTC());
            releases.publish(PublishedReleases.release(
                    "1.4.0", EnclaveImage.of("payments", Bytes.of("payments".getBytes(StandardCharsets.UTF_8)))));
            new NodeFolder(folder, Clock.systemUTC().instant());
        }
        return Files.writeString(folder.resolve(name + ".toml"), """
                [node]
                name = "%s"
                mode = "full-auto"

                [tls]
                ca = "ca.crt"
                issuer-certificate = "ca.crt"
                issuer-key = "ca.key"

                [attestation]
                simulated = "insecure-cloud"
                image = "%s"

                [releases]
                root = "trust-root.json"
                source = "bundle.json"
                state = "%s.state"

                [telemetry]
                listen = "127.0.0.1:0"
                """.formatted(name, image, name));
    }

    @Test
    void fullAuto_listedImage_isLetInByItsRelease() throws Exception {
        try (RunningTunnel server = server(attested(SERVER, "payments"), "--releases", "payments 1.4.0");
                RunningTunnel client = client(attested(CLIENT, "payments"), server)) {
            assertEcho(client.connect());
        }
    }

    @Test
    void fullAuto_imageThatIsNotListed_isRefused_withItsReason() throws Exception {
        try (RunningTunnel server = server(attested(SERVER, "payments"), "--insecure-allow-any");
                RunningTunnel client = client(attested(CLIENT, "tampered"), server)) {
            assertRefused(client.connect());
            assertThat(get("http://" + server.state().get("telemetry").textValue() + "/rejections"))
                    .contains("\"reason\":\"UNKNOWN_RELEASE\"");
        }
    }

    @Test
    void level_isSessionByDefault() throws Exception {
        try (RunningTunnel server = server(attested(SERVER, "payments"), "--insecure-allow-any");
                RunningTunnel client = client(attested(CLIENT, "payments"), server)) {
            Socket program = client.connect();
            assertEcho(program);
            assertThat(get("http://" + server.state().get("telemetry").textValue() + "/metrics"))
                    .contains("amesh_tls_accepted_total{level=\"session\",role=\"server\"} 1.0");
        }
    }

    @ParameterizedTest
    @CsvSource({"session", "certificate"})
    void level_ofAnOpenStream_isInTheStatus(String level) throws Exception {
        String set = "attestation.level=" + level;
        try (RunningTunnel server = server(attested(SERVER, "payments"), "--insecure-allow-any", "--set", set);
                RunningTunnel client = client(attested(CLIENT, "payments"), server, "--set", set);
                Socket program = client.connect();
                Socket reached = target.accept()) {
            program.getOutputStream().write(1);
            assertThat(reached.getInputStream().read()).isEqualTo(1);
            for (RunningTunnel end : List.of(server, client)) {
                assertThat(get("http://" + end.state().get("telemetry").textValue() + "/status"))
                        .contains("\"release\":\"payments 1.4.0\",\"level\":\"" + level + "\"");
            }
        }
    }

    @Test
    void clientAtLevelCertificate_isRefusedByAServerThatSaysNothing() throws Exception {
        try (RunningTunnel server = server(attested(SERVER, "payments"), "--insecure-allow-any");
                RunningTunnel client =
                        client(attested(CLIENT, "payments"), server, "--set", "attestation.level=certificate")) {
            assertRefused(client.connect());
            assertThat(get("http://" + server.state().get("telemetry").textValue() + "/rejections"))
                    .contains("\"reason\":\"FRESHNESS_MISMATCH\"");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "server --listen 127.0.0.1:0 --target 127.0.0.1:1 | no rule who may use this tunnel",
                "server --listen 127.0.0.1:0 --target 127.0.0.1:1 --allow-dns a --insecure-allow-any | makes the other rules void",
                "server --listen 127.0.0.1:0 --target 127.0.0.1:1 --allow-dns= | --allow-dns is empty",
                "server --listen 127.0.0.1:0 --allow-dns a | there is no target",
                "server --listen 127.0.0.1:0 --target 10.0.0.1:1 --allow-dns a | is not on loopback",
                "server --listen 127.0.0.1:0 --target-for db=db.example:1 --allow-dns a | is not on loopback",
                "server --listen 127.0.0.1:0 --target-for d/b=127.0.0.1:1 --allow-dns a | is no name of a target",
                "server --listen nowhere --target 127.0.0.1:1 --allow-dns a | neither HOST:PORT nor unix:PATH",
                "server --listen 127.0.0.1:0 --target 127.0.0.1:0 --allow-dns a | has port 0",
                "server --listen unix: --target 127.0.0.1:1 --allow-dns a | is no path of a socket",
                "server --listen 127.0.0.1:0 --target 127.0.0.1:1 --allow-dns a --max-streams 0 | is no number of streams",
                "server --listen 127.0.0.1:0 --target 127.0.0.1:1 --allow-dns a --drain 1h | is too long",
                "server --listen 127.0.0.1:0 --target 127.0.0.1:1 --allow-dns a --idle-timeout soon | is not a span of time",
                "client --listen 0.0.0.0:0 --target 127.0.0.1:1 | is not on loopback",
                "client --listen 0.0.0.0:0 --target 127.0.0.1:1 --unsafe-listen --plain-tls-certificate a --plain-tls-key b | is not on loopback",
                "client --listen 127.0.0.1:0 --target unix:/run/a | names no host",
                "client --listen 127.0.0.1:0 --target 127.0.0.1:1 --service d/b | is no name of a target",
                "client --listen 127.0.0.1:0 --target 127.0.0.1:1 --plain-tls-key b | come together"
            })
    void commandLine_thatIsWrong_isUsageError(String line, String error) throws Exception {
        List<String> words = new ArrayList<>(List.of("tunnel"));
        words.addAll(List.of(line.trim().split(" ")));
        words.addAll(List.of("--config", manual().path("amesh.toml").toString()));
        CommandRun run = CommandRun.of(words.toArray(String[]::new));
        assertThat(run.err()).contains("amesh: error: ").contains(error).contains("amesh: hint: ");
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    }

    @Test
    void addressThatIsTaken_isAFailure() throws Exception {
        CommandRun run = CommandRun.of(
                "tunnel",
                "server",
                "--config",
                manual().path("amesh.toml").toString(),
                "--listen",
                targetAddress,
                "--target",
                "127.0.0.1:1",
                "--allow-dns",
                CLIENT);
        assertThat(run.err()).contains("cannot listen on " + targetAddress);
        assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    }
}
