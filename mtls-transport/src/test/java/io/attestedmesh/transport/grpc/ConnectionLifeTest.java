package io.attestedmesh.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.policy.AttestationPolicy;
import io.attestedmesh.attest.tls.Freshness;
import io.attestedmesh.attest.tls.Roster;
import io.attestedmesh.attest.x509.RevocationLists;
import io.attestedmesh.transport.AttestedTls;
import io.attestedmesh.transport.ConnectionLog;
import io.attestedmesh.transport.EchoService;
import io.attestedmesh.transport.HandDriven;
import io.attestedmesh.transport.SimulatedMesh;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.identity.Credential;
import io.attestedmesh.transport.identity.CredentialSource;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When connections end that nobody ends. */
class ConnectionLifeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration LIFE = Duration.ofMinutes(10);
    private static final Duration DRAINED = LIFE.minus(TransportLimits.DEFAULT.drainTime());

    private final SimpleMeterRegistry metersOfA = new SimpleMeterRegistry();
    private final SimpleMeterRegistry metersOfB = new SimpleMeterRegistry();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private SimulatedMesh mesh;
    private HandDriven time;

    @BeforeEach
    void found() throws Exception {
        mesh = new SimulatedMesh();
        time = new HandDriven(mesh.now());
    }

    @AfterEach
    void closeAll() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private AttestedTls.Builder party(Credential credential, SimpleMeterRegistry meters) {
        return party(TlsEngine.preferred(), credential, meters);
    }

    private AttestedTls.Builder party(TlsEngine engine, Credential credential, SimpleMeterRegistry meters) {
        return mesh.builder(engine, CredentialSource.of(credential), new ConnectionLog(meters, Optional.empty()))
                .clock(time.clock());
    }

    private AttestedGrpc grpc(AttestedTls.Builder tls) throws Exception {
        AttestedGrpc grpc = new AttestedGrpc(tls.build(), TransportLimits.DEFAULT, time.clock(), time);
        opened.add(grpc);
        return grpc;
    }

    /** It would retire the connection before the other side does. */
    private AttestedGrpc whoseTimersDoNotMove(AttestedTls.Builder tls) throws Exception {
        AttestedGrpc grpc = new AttestedGrpc(tls.build(), TransportLimits.DEFAULT, time.clock());
        opened.add(grpc);
        return grpc;
    }

    /** Accepts evidence of ten minutes, and demands it in the session. */
    private AttestedTls.Builder strict(Credential credential, SimpleMeterRegistry meters) {
        Assumptions.assumeTrue(TlsEngine.preferred().hasExporter());
        return party(credential, meters)
                .policy(AttestationPolicy.builder()
                        .insecureAllowSimulated()
                        .maxAge(LIFE)
                        .following(mesh.releases::get));
    }

    private Server echo(AttestedGrpc grpc) throws Exception {
        return echo(grpc, request -> request);
    }

    private Server echo(AttestedGrpc grpc, UnaryOperator<byte[]> answers) throws Exception {
        Server server = grpc.server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(EchoService.answering(answers))
                .build()
                .start();
        opened.add(() -> server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS));
        return server;
    }

    private AttestedChannel channel(AttestedGrpc from, Server server) throws Exception {
        AttestedChannel channel = from.channel("127.0.0.1", server.getPort(), SimulatedMesh.A);
        opened.add(channel);
        return channel;
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static double count(SimpleMeterRegistry meters, String name) {
        return meters.find(name).counters().stream().mapToDouble(Counter::count).sum();
    }

    @Test
    void connection_whosePeersCertificateEnds_isClosed() throws Exception {
        Roster certificates = mesh.roster(Freshness.CERTIFICATE);
        AttestedGrpc a = grpc(party(mesh.honestA(), metersOfA).roster(() -> certificates));
        AttestedGrpc b = whoseTimersDoNotMove(party(mesh.honestB(), metersOfB).roster(() -> certificates));
        AttestedChannel channel = channel(b, echo(a));
        EchoService.call(channel.channel(), new byte[] {1});
        assertThat(a.connections()).hasSize(1);
        time.advance(Duration.ofDays(1));
        await(() -> a.connections().isEmpty());
        assertThat(count(metersOfA, "amesh.tls.rejections")).isPositive();
    }

    @Test
    void listThatEndsEarlier_afterARecheck_endsTheConnectionEarlier() throws Exception {
        Credential ofB = mesh.honestB();
        AttestedGrpc a = grpc(party(mesh.honestA(), metersOfA));
        AttestedGrpc b = grpc(party(ofB, metersOfB));
        EchoService.call(channel(b, echo(a)).channel(), new byte[] {1});
        mesh.revocation.set(mesh.nobodyRevokedFor(Duration.ofMinutes(10)));
        assertThat(a.recheck()).isZero();
        time.advance(Duration.ofMinutes(9));
        assertThat(a.connections()).hasSize(1);
        time.advance(Duration.ofMinutes(9));
        await(() -> a.connections().isEmpty());
    }

    @Test
    void oldConnection_ofAClient_isRetired_andTheNextCallMakesAnother() throws Exception {
        AttestedGrpc a = grpc(party(mesh.honestA(), metersOfA));
        AttestedGrpc b = grpc(party(mesh.honestB(), metersOfB));
        AttestedChannel channel = channel(b, echo(a));
        EchoService.call(channel.channel(), new byte[] {1});
        time.advance(TransportLimits.DEFAULT.connectionAge().plusSeconds(1));
        await(() -> b.connections().isEmpty());
        assertThat(EchoService.callWaiting(channel.channel(), new byte[] {2})).containsExactly(2);
        assertThat(count(metersOfB, "amesh.tls.accepted")).isEqualTo(2);
        assertThat(count(metersOfB, "amesh.tls.rejections")).isZero();
    }

    @Test
    void openCall_ofAnOldConnection_endsWithTheTimeToDrain() throws Exception {
        AttestedGrpc a = grpc(party(mesh.honestA(), metersOfA));
        AttestedGrpc b = grpc(party(mesh.honestB(), metersOfB));
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        CompletableFuture<Void> called = new CompletableFuture<>();
        AttestedChannel channel = channel(b, echo(a, waitingFor(answer, called)));
        CompletableFuture<byte[]> call =
                CompletableFuture.supplyAsync(() -> EchoService.call(channel.channel(), new byte[] {1}, PATIENCE));
        called.get(10, TimeUnit.SECONDS);
        time.advance(TransportLimits.DEFAULT.connectionAge().plusSeconds(1));
        assertThat(b.connections()).hasSize(1);
        time.advance(TransportLimits.DEFAULT.drainTime());
        assertThatThrownBy(call::join).hasCauseInstanceOf(StatusRuntimeException.class);
        await(() -> b.connections().isEmpty());
    }

    @Test
    void clientsConnection_beforeTheEvidenceInItsSessionEnds_isRetired_andNobodyRefused() throws Exception {
        AttestedGrpc a = whoseTimersDoNotMove(strict(mesh.honestA(), metersOfA));
        AttestedGrpc b = grpc(strict(mesh.honestB(), metersOfB));
        AttestedChannel channel = channel(b, echo(a));
        EchoService.call(channel.channel(), new byte[] {1});
        time.advance(DRAINED.minusSeconds(1));
        assertThat(b.connections()).hasSize(1);
        time.advance(Duration.ofSeconds(2));
        await(() -> b.connections().isEmpty());
        assertThat(EchoService.callWaiting(channel.channel(), new byte[] {2})).containsExactly(2);
        assertThat(count(metersOfB, "amesh.tls.accepted")).isEqualTo(2);
        assertThat(count(metersOfB, "amesh.tls.rejections")).isZero();
    }

    @Test
    void servedConnection_beforeTheEvidenceInItsSessionEnds_isDrained_andNobodyRefused() throws Exception {
        AttestedGrpc a = grpc(strict(mesh.honestA(), metersOfA));
        AttestedGrpc b = whoseTimersDoNotMove(strict(mesh.honestB(), metersOfB));
        AttestedChannel channel = channel(b, echo(a));
        EchoService.call(channel.channel(), new byte[] {1});
        time.advance(DRAINED.minusSeconds(1));
        assertThat(a.connections()).hasSize(1);
        time.advance(Duration.ofSeconds(2));
        await(() -> a.connections().isEmpty());
        assertThat(EchoService.callWaiting(channel.channel(), new byte[] {2})).containsExactly(2);
        assertThat(count(metersOfA, "amesh.tls.accepted")).isEqualTo(2);
        assertThat(count(metersOfA, "amesh.tls.rejections")).isZero();
    }

    @Test
    void openCall_ofADrainedConnection_mayEnd() throws Exception {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        CompletableFuture<Void> called = new CompletableFuture<>();
        AttestedGrpc a = grpc(strict(mesh.honestA(), metersOfA));
        AttestedGrpc b = whoseTimersDoNotMove(strict(mesh.honestB(), metersOfB));
        AttestedChannel channel = channel(b, echo(a, waitingFor(answer, called)));
        CompletableFuture<byte[]> call =
                CompletableFuture.supplyAsync(() -> EchoService.call(channel.channel(), new byte[] {1}, PATIENCE));
        called.get(10, TimeUnit.SECONDS);
        time.advance(DRAINED.plusSeconds(1));
        assertThat(a.connections()).hasSize(1);
        answer.complete(new byte[] {7});
        assertThat(call.get(10, TimeUnit.SECONDS)).containsExactly(7);
        await(() -> a.connections().isEmpty());
    }

    @Test
    void openCall_whenTheEvidenceInItsSessionEnds_endsToo() throws Exception {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        CompletableFuture<Void> called = new CompletableFuture<>();
        AttestedGrpc a = grpc(strict(mesh.honestA(), metersOfA));
        AttestedGrpc b = whoseTimersDoNotMove(strict(mesh.honestB(), metersOfB));
        AttestedChannel channel = channel(b, echo(a, waitingFor(answer, called)));
        CompletableFuture<byte[]> call =
                CompletableFuture.supplyAsync(() -> EchoService.call(channel.channel(), new byte[] {1}, PATIENCE));
        called.get(10, TimeUnit.SECONDS);
        time.advance(DRAINED.plusSeconds(1));
        assertThat(a.connections()).hasSize(1);
        time.advance(TransportLimits.DEFAULT.drainTime());
        assertThatThrownBy(call::join).hasCauseInstanceOf(StatusRuntimeException.class);
        await(() -> a.connections().isEmpty());
        assertThat(count(metersOfA, "amesh.tls.rejections")).isZero();
    }

    @Test
    void connection_whoseEvidenceLivesNoLongerThanTheTimeToDrain_keepsHalfOfThat() throws Exception {
        AttestedGrpc a = whoseTimersDoNotMove(strict(mesh.honestA(), metersOfA));
        AttestedGrpc b = grpc(strict(mesh.honestB(), metersOfB));
        time.advance(LIFE.minusSeconds(40));
        EchoService.call(channel(b, echo(a)).channel(), new byte[] {1});
        time.advance(Duration.ofSeconds(19));
        assertThat(b.connections()).hasSize(1);
        time.advance(Duration.ofSeconds(2));
        await(() -> b.connections().isEmpty());
    }

    private UnaryOperator<byte[]> waitingFor(CompletableFuture<byte[]> answer, CompletableFuture<Void> called) {
        opened.add(() -> answer.complete(new byte[0]));
        return request -> {
            called.complete(null);
            return answer.join();
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "boringssl", "jdk"})
    void peerRevoked_betweenVerdictAndEndOfHandshake_isDropped(String name) throws Exception {
        TlsEngine engine = TlsEngine.byName(name);
        Assumptions.assumeTrue(engine.unavailable().isEmpty());
        Credential ofB = mesh.honestB();
        RevocationLists revoked = mesh.revoked(ofB);
        AtomicInteger asked = new AtomicInteger();
        // for the verdict, and for that on the evidence in the session; not any more at the end of the handshake
        int inHandshake = engine.hasExporter() ? 3 : 1;
        AttestedGrpc a = grpc(party(engine, mesh.honestA(), metersOfA)
                .revocation(() -> asked.incrementAndGet() <= inHandshake ? RevocationLists.NONE : revoked));
        asked.set(0);
        AttestedGrpc b = grpc(party(engine, ofB, metersOfB));
        AttestedChannel channel = channel(b, echo(a));
        assertThatThrownBy(() -> EchoService.call(channel.channel(), new byte[] {1}))
                .isInstanceOf(StatusRuntimeException.class);
        await(() -> a.connections().isEmpty());
        assertThat(count(metersOfA, "amesh.tls.accepted")).isZero();
        assertThat(metersOfA
                        .get("amesh.tls.rejections")
                        .tag("reason", "CERTIFICATE_REVOKED")
                        .counter()
                        .count())
                .isPositive();
    }

    @Test
    void verificationThatBreaks_closesItsConnection() throws Exception {
        AtomicReference<RuntimeException> defect = new AtomicReference<>();
        AttestedGrpc a = grpc(party(mesh.honestA(), metersOfA).revocation(() -> {
            if (defect.get() != null) {
                throw defect.get();
            }
            return RevocationLists.NONE;
        }));
        Server server = echo(a);
        for (int i = 0; i < 2; i++) {
            EchoService.call(
                    channel(grpc(party(mesh.honestB(), metersOfB)), server).channel(), new byte[] {1});
        }
        defect.set(new IllegalStateException("a supplier's mistake"));
        assertThat(a.recheck()).isEqualTo(2);
        await(() -> a.connections().isEmpty());
    }

    @Test
    void peer_afterTheConnectionEnded_isNotTheOneOfBefore() throws Exception {
        Server server = echo(grpc(party(mesh.honestA(), metersOfA)));
        AttestedGrpc b = grpc(party(mesh.honestB(), metersOfB));
        AttestedChannel channel = channel(b, server);
        assertThat(channel.peer(PATIENCE).identity().name()).isEqualTo(SimulatedMesh.A);
        server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
        await(() -> b.connections().isEmpty());
        assertThatThrownBy(() -> channel.peer(Duration.ofMillis(50))).isInstanceOf(IOException.class);
    }
}
