package io.attestedmesh.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.transport.ConnectionLog;
import io.attestedmesh.transport.EchoService;
import io.attestedmesh.transport.LogLines;
import io.attestedmesh.transport.SimulatedMesh;
import io.attestedmesh.transport.SimulatedMesh.Impostor;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.identity.Credential;
import io.attestedmesh.transport.identity.CredentialSource;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every impostor, with a real connection, against a real server and a real client, over every engine. */
class ImpostorTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static SimulatedMesh mesh;

    private final SimpleMeterRegistry honestMeters = new SimpleMeterRegistry();
    private final SimpleMeterRegistry impostorMeters = new SimpleMeterRegistry();

    @BeforeAll
    static void found() throws Exception {
        mesh = new SimulatedMesh();
    }

    static Stream<String> engines() {
        return TlsEngine.all().stream()
                .filter(engine -> engine.unavailable().isEmpty())
                .map(TlsEngine::name);
    }

    static Stream<Arguments> enginesAndImpostors() {
        return engines()
                .flatMap(engine -> Arrays.stream(Impostor.values()).map(impostor -> Arguments.of(engine, impostor)));
    }

    @ParameterizedTest
    @MethodSource("enginesAndImpostors")
    void client_thatIsNotWhoItSays_isRefusedByTheServer(String engine, Impostor impostor) throws Exception {
        Credential forged = mesh.credentialOf(impostor);
        AtomicInteger served = new AtomicInteger();
        try (AttestedGrpc honest = grpc(engine, mesh.honestA(), honestMeters);
                AttestedGrpc mallory = grpc(engine, forged, impostorMeters);
                LogLines log = new LogLines(ConnectionLog.class)) {
            Server server = start(honest, served);
            try (AttestedChannel channel = mallory.channel("127.0.0.1", server.getPort(), SimulatedMesh.A)) {
                assertThatThrownBy(() -> EchoService.call(channel.channel(), new byte[] {1}))
                        .isInstanceOf(StatusRuntimeException.class)
                        .extracting(
                                e -> ((StatusRuntimeException) e).getStatus().getCode())
                        .isEqualTo(Status.Code.UNAVAILABLE);
            }
            String reason = impostor.reason();
            Optional<String> rejected = log.await(
                    line -> line.contains("event=tls.rejected") && line.contains("id=" + forged.correlationId()),
                    PATIENCE);
            assertThat(rejected)
                    .hasValueSatisfying(line -> assertThat(line)
                            .contains(
                                    "role=server", "reason=" + reason, "remote=\"127.0.0.1:", "expected=", "actual="));
            stop(server);
        }
        assertThat(count(honestMeters, "amesh.tls.rejections", "reason", impostor.reason()))
                .isPositive();
        assertThat(count(impostorMeters, "amesh.tls.refused", "role", "client")).isPositive();
        assertThat(served).hasValue(0);
    }

    @ParameterizedTest
    @MethodSource("enginesAndImpostors")
    void server_thatIsNotWhoItSays_isRefusedByTheClient(String engine, Impostor impostor) throws Exception {
        Credential forged = mesh.credentialOf(impostor);
        AtomicInteger served = new AtomicInteger();
        try (AttestedGrpc honest = grpc(engine, mesh.honestA(), honestMeters);
                AttestedGrpc mallory = grpc(engine, forged, impostorMeters);
                LogLines log = new LogLines(ConnectionLog.class)) {
            Server server = start(mallory, served);
            try (AttestedChannel channel = honest.channel("127.0.0.1", server.getPort(), SimulatedMesh.B)) {
                assertThatThrownBy(() -> channel.peer(PATIENCE))
                        .isInstanceOf(IOException.class)
                        .cause()
                        .isInstanceOf(RejectedCertificateException.class)
                        .hasMessageStartingWith(impostor.reason());
            }
            Optional<String> refused = log.await(
                    line -> line.contains("event=tls.refused") && line.contains("id=" + forged.correlationId()),
                    PATIENCE);
            assertThat(refused).hasValueSatisfying(line -> assertThat(line).contains("role=server"));
            stop(server);
        }
        assertThat(count(honestMeters, "amesh.tls.rejections", "reason", impostor.reason()))
                .isPositive();
        assertThat(served).hasValue(0);
    }

    @ParameterizedTest
    @MethodSource("engines")
    void partyB_itself_isAccepted_andBothKnowWhoTheyTalkTo(String engine) throws Exception {
        try (AttestedGrpc a = grpc(engine, mesh.honestA(), honestMeters);
                AttestedGrpc b = grpc(engine, mesh.honestB(), impostorMeters)) {
            Server server = a.server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .addService(EchoService.answering(
                            request -> PeerContext.current().toString().getBytes(StandardCharsets.UTF_8)))
                    .build()
                    .start();
            try (AttestedChannel channel = b.channel("127.0.0.1", server.getPort(), SimulatedMesh.A)) {
                assertThat(channel.peer(PATIENCE)).satisfies(peer -> {
                    assertThat(peer.identity().name()).isEqualTo(SimulatedMesh.A);
                    assertThat(peer.simulated()).isTrue();
                    assertThat(peer.attestation().orElseThrow().releaseName()).isEqualTo("release-1");
                });
                assertThat(EchoService.call(channel.channel(), new byte[0]))
                        .asString()
                        .contains("b.example", "release-1");
            }
            stop(server);
        }
        assertThat(count(honestMeters, "amesh.tls.accepted", "role", "server")).isEqualTo(1);
        assertThat(count(impostorMeters, "amesh.tls.accepted", "role", "client"))
                .isEqualTo(1);
    }

    private static AttestedGrpc grpc(String engine, Credential credential, SimpleMeterRegistry meters)
            throws Exception {
        return new AttestedGrpc(
                mesh.tls(TlsEngine.byName(engine), CredentialSource.of(credential), meters), TransportLimits.DEFAULT);
    }

    private static Server start(AttestedGrpc grpc, AtomicInteger served) throws Exception {
        return grpc.server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(EchoService.answering(request -> {
                    served.incrementAndGet();
                    return request;
                }))
                .build()
                .start();
    }

    private static void stop(Server server) throws InterruptedException {
        server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }

    private static double count(SimpleMeterRegistry meters, String name, String tag, String value) {
        return meters.get(name).tag(tag, value).counter().count();
    }
}
