package io.attestedmesh.federated.flower;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.federated.Python;
import io.attestedmesh.federated.aggregate.Rules;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.Npy;
import io.attestedmesh.federated.model.Tensor;
import io.attestedmesh.federated.server.Participants;
import io.attestedmesh.federated.server.RoundFiles;
import io.attestedmesh.federated.server.RoundServer;
import io.attestedmesh.federated.server.RoundSettings;
import io.attestedmesh.mpc.network.PlainParties;
import io.attestedmesh.transport.SimulatedMesh;
import io.attestedmesh.transport.connection.AccessRule;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.grpc.InsecureClients;
import io.attestedmesh.transport.grpc.InsecurePlaintext;
import io.attestedmesh.transport.grpc.TransportLimits;
import io.attestedmesh.transport.identity.CredentialSource;
import io.attestedmesh.transport.tunnel.Endpoint;
import io.attestedmesh.transport.tunnel.PeerRule;
import io.attestedmesh.transport.tunnel.PlainTls;
import io.attestedmesh.transport.tunnel.Targets;
import io.attestedmesh.transport.tunnel.TunnelClient;
import io.attestedmesh.transport.tunnel.TunnelLimits;
import io.attestedmesh.transport.tunnel.TunnelServer;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Stock Flower clients against our server, and against Flower's own: the same weights must come out. {@code -Pinterop}
 * runs it, and installs flwr from the registry.
 */
@Tag("interop")
@Timeout(1200)
class FlowerInteropTest {
    private static final int ROUNDS = 3;
    private static final int CLIENTS = 3;

    @TempDir
    Path folder;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Participants participants = new Participants(CLIENTS);

    @AfterEach
    void close() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
        timer.shutdownNow();
    }

    private <T extends AutoCloseable> T opened(T thing) {
        opened.add(thing);
        return thing;
    }

    @ParameterizedTest
    @CsvSource({
        "flwr==1.8.0, numpy<2, TLS",
        "flwr==1.8.0, numpy<2, TUNNELS",
        "flwr==1.42.0, numpy, TLS",
        "flwr==1.42.0, numpy, TUNNELS"
    })
    void rounds_stockClients_giveWhatFlowersServerGives(String flower, String numpy, Way way) throws Exception {
        Python python = opened(Python.with(flower.replace("==", "-"), folder, flower, numpy));
        List<Tensor> theirs = ofFlowersServer(python);
        Reached reached = way == Way.TLS ? serverTls() : tunnels();
        RoundServer rounds = new RoundServer(
                RoundSettings.of(ROUNDS).withClients(CLIENTS),
                Rules.of("fedavg", Map.of()),
                participants,
                opened(RoundFiles.open(folder.resolve("rounds"), false)),
                new SimpleMeterRegistry(),
                Clock.systemUTC(),
                new Random());
        List<Process> clients = new ArrayList<>();
        for (int number = 1; number <= CLIENTS; number++) {
            clients.add(python.script(FlowerInteropTest.class, "flower_peer.py", reached.arguments("client", number)));
        }

        Model ours = rounds.run(Optional.empty());

        for (Process client : clients) {
            assertThat(client.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(client.exitValue()).as(python.log(client)).isZero();
        }
        assertThat(rounds.reports()).hasSize(ROUNDS).allSatisfy(report -> {
            assertThat(report.trained()).hasSize(CLIENTS);
            assertThat(report.failed()).isEmpty();
            assertThat(report.evaluated()).isEqualTo(CLIENTS);
            assertThat(report.fitMetrics()).containsKey("number");
        });
        double furthest = furthest(ours.list(), theirs);
        System.out.println(flower + " " + way + ": weights differ by at most " + furthest + " of float32's epsilon");
        assertThat(furthest).isLessThanOrEqualTo(8);
    }

    /** How stock clients reach us. */
    enum Way {
        TLS,
        TUNNELS
    }

    private record Reached(int port, Optional<Path> roots) {
        String[] arguments(String role, int number) {
            List<String> arguments = new ArrayList<>(List.of(role, "127.0.0.1:" + port, String.valueOf(number)));
            roots.ifPresent(file -> arguments.add(file.toString()));
            return arguments.toArray(String[]::new);
        }
    }

    private Server started(NettyServerBuilder builder) throws IOException {
        Server server = new FlowerService(participants, Optional::empty, 2, timer)
                .addTo(builder)
                .build()
                .start();
        opened(server::shutdownNow);
        return server;
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private Reached serverTls() throws Exception {
        ServerCertificate certificate = ServerCertificate.forLoopback(folder);
        Server server = started(InsecureClients.becauseOf("a test", TransportLimits.DEFAULT)
                .server(anyPort(), PlainTls.forGrpc(certificate.chain(), certificate.key())));
        return new Reached(server.getPort(), Optional.of(certificate.roots()));
    }

    private Reached tunnels() throws Exception {
        SimulatedMesh mesh = new SimulatedMesh();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Server server = started(
                InsecurePlaintext.becauseOf("a test", TransportLimits.DEFAULT).server(anyPort()));
        TunnelServer far = opened(TunnelServer.start(
                mesh.tls(TlsEngine.preferred(), CredentialSource.of(mesh.honestA()), meters),
                new TunnelServer.Settings(
                        new Endpoint.Tcp("127.0.0.1", 0),
                        Targets.of(new Endpoint.Tcp("127.0.0.1", server.getPort())),
                        new PeerRule(Set.of(SimulatedMesh.B), Set.of(), Set.of()),
                        false,
                        TunnelLimits.DEFAULT),
                Clock.systemUTC(),
                meters));
        TunnelClient near = opened(TunnelClient.start(
                mesh.tls(TlsEngine.preferred(), CredentialSource.of(mesh.honestB()), meters),
                new TunnelClient.Settings(
                        new Endpoint.Tcp("127.0.0.1", 0),
                        far.listening(),
                        SimulatedMesh.A,
                        Optional.empty(),
                        AccessRule.EVERY_VERIFIED_PEER,
                        Optional.empty(),
                        TunnelLimits.DEFAULT),
                Clock.systemUTC(),
                meters));
        return new Reached(((Endpoint.Tcp) near.listening()).port(), Optional.empty());
    }

    private List<Tensor> ofFlowersServer(Python python) throws Exception {
        int port = PlainParties.freePort();
        Path result = folder.resolve("theirs.npz");
        String address = "127.0.0.1:" + port;
        Process server = python.script(
                FlowerInteropTest.class,
                "flower_peer.py",
                "server",
                address,
                String.valueOf(ROUNDS),
                String.valueOf(CLIENTS),
                result.toString());
        awaitListening(port); // clients of 1.8 give up where nobody listens yet
        for (int number = 1; number <= CLIENTS; number++) {
            python.script(FlowerInteropTest.class, "flower_peer.py", "client", address, String.valueOf(number));
        }
        assertThat(server.waitFor(180, TimeUnit.SECONDS)).as(python.log(server)).isTrue();
        assertThat(server.exitValue()).as(python.log(server)).isZero();
        return arrays(result);
    }

    private static void awaitListening(int port) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (System.nanoTime() < end) {
            try (Socket connected = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertThat(connected.isConnected()).isTrue();
                return;
            } catch (IOException notYet) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
        throw new AssertionError("nobody listens at port " + port);
    }

    private static List<Tensor> arrays(Path file) throws IOException {
        List<Tensor> arrays = new ArrayList<>();
        try (InputStream in = Files.newInputStream(file);
                ZipInputStream zip = new ZipInputStream(in)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                arrays.add(Npy.read(ByteBuffer.wrap(zip.readAllBytes())));
            }
        }
        return arrays;
    }

    /** In units of float32's epsilon, relative to 1 or to the larger of the two. */
    private static double furthest(List<Tensor> ours, List<Tensor> theirs) {
        assertThat(ours)
                .extracting(Tensor::shape)
                .isEqualTo(theirs.stream().map(Tensor::shape).toList());
        double furthest = 0;
        for (int i = 0; i < ours.size(); i++) {
            // arithmetic of NumPy 1 makes float64 of an array without dimensions
            if (!ours.get(i).shape().dimensions().isEmpty()) {
                assertThat(ours.get(i).type()).isEqualTo(theirs.get(i).type());
            }
            for (int j = 0; j < ours.get(i).elements(); j++) {
                double a = ours.get(i).at(j);
                double b = theirs.get(i).at(j);
                furthest = Math.max(furthest, Math.abs(a - b) / Math.max(1, Math.abs(a)) / 0x1p-23);
            }
        }
        return furthest;
    }
}
