package io.attestedmesh.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.attestedmesh.transport.EchoService;
import io.attestedmesh.transport.SimulatedMesh;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.identity.Credential;
import io.attestedmesh.transport.identity.CredentialSource;
import io.grpc.Server;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Many connections one after the other: each is verified on both sides, and none leaves a file descriptor behind. */
@Tag("soak")
class ConnectionSoakTest {
    private static final int CONNECTIONS = 500;
    private static final int WARM_UP = 20;
    /** Whatever the platform opens once: libraries, selectors, random devices. */
    private static final int SLACK = 30;

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    static Stream<String> engines() {
        return TlsEngine.all().stream()
                .filter(engine -> engine.unavailable().isEmpty())
                .map(TlsEngine::name);
    }

    @ParameterizedTest
    @MethodSource("engines")
    void connections_oneAfterTheOther_allServedAndAllClosed(String engine) throws Exception {
        assumeThat(DESCRIPTORS).isDirectory();
        SimulatedMesh mesh = new SimulatedMesh();
        SimpleMeterRegistry serverMeters = new SimpleMeterRegistry();
        try (AttestedGrpc a = grpc(mesh, engine, mesh.honestA(), serverMeters);
                AttestedGrpc b = grpc(mesh, engine, mesh.honestB(), new SimpleMeterRegistry())) {
            Server server = a.server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .addService(EchoService.answering(bytes -> bytes))
                    .build()
                    .start();
            connect(b, server.getPort(), WARM_UP);
            long before = descriptors();

            connect(b, server.getPort(), CONNECTIONS);

            assertThat(serverMeters.get("amesh.tls.accepted").counter().count()).isEqualTo(CONNECTIONS + WARM_UP);
            server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
            assertThat(a.connections()).isEmpty();
            assertThat(settled(before + SLACK)).isLessThan(before + SLACK);
        }
    }

    private static void connect(AttestedGrpc client, int port, int times) throws Exception {
        for (int i = 0; i < times; i++) {
            try (AttestedChannel channel = client.channel("127.0.0.1", port, SimulatedMesh.A)) {
                assertThat(EchoService.call(channel.channel(), new byte[] {1, 2, 3}))
                        .hasSize(3);
            }
        }
    }

    /** The open descriptors once they are below {@code bound}, or after the patience ends: finalizers take their time. */
    private static long settled(long bound) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long open = descriptors();
        while (open >= bound && System.nanoTime() - deadline < 0) {
            System.gc();
            open = descriptors();
        }
        return open;
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(DESCRIPTORS)) {
            return open.count();
        }
    }

    private static AttestedGrpc grpc(
            SimulatedMesh mesh, String engine, Credential credential, SimpleMeterRegistry meters) throws Exception {
        return new AttestedGrpc(
                mesh.tls(TlsEngine.byName(engine), CredentialSource.of(credential), meters), TransportLimits.DEFAULT);
    }
}
