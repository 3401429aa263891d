package io.attestedmesh.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.policy.AttestationPolicy;
import io.attestedmesh.attest.policy.KnownRelease;
import io.attestedmesh.attest.policy.PolicyReason;
import io.attestedmesh.attest.policy.ReferenceValues;
import io.attestedmesh.attest.verify.RejectedEvidenceException;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.transport.ConnectionLog;
import io.attestedmesh.transport.ConnectionLog.Rejection;
import io.attestedmesh.transport.EchoService;
import io.attestedmesh.transport.HandDriven;
import io.attestedmesh.transport.SimulatedMesh;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.identity.CredentialSource;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a connection between b, a client, and a, whose list of releases changes or ends. */
class ReleaseChangesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final ReferenceValues REVOKING = (pcrs, at) -> {
        throw new RejectedEvidenceException(PolicyReason.RELEASE_REVOKED, "a release in force", "release-1, revoked");
    };

    private final SimpleMeterRegistry metersOfA = new SimpleMeterRegistry();
    private final List<Rejection> rejections = new CopyOnWriteArrayList<>();
    private final AtomicReference<ReferenceValues> list = new AtomicReference<>(until(Instant.MAX));
    private final AtomicReference<ReferenceValues> listOfB = new AtomicReference<>(until(Instant.MAX));
    private final SimpleMeterRegistry metersOfB = new SimpleMeterRegistry();
    private Consumer<Rejection> observer = rejections::add;
    private final List<AutoCloseable> opened = new ArrayList<>();
    private SimulatedMesh mesh;
    private HandDriven time;
    private AttestedGrpc a;
    private AttestedGrpc b;
    private Server server;
    private AttestedChannel channel;

    /** Accepts everything, for ever, and says that it might not after {@code end}. */
    private static ReferenceValues until(Instant end) {
        return (pcrs, at) -> new KnownRelease("release-1", false, end);
    }

    /** Accepts everything up to {@code end}. */
    private static ReferenceValues endingAt(Instant end) {
        return (pcrs, at) -> {
            if (at.isAfter(end)) {
                throw new RejectedEvidenceException(PolicyReason.RELEASES_EXPIRED, "a list in force", "ended " + end);
            }
            return new KnownRelease("release-1", false, end);
        };
    }

    @BeforeEach
    void connect() throws Exception {
        mesh = new SimulatedMesh();
        time = new HandDriven(mesh.now());
        a = new AttestedGrpc(
                mesh.builder(
                                TlsEngine.preferred(),
                                CredentialSource.of(mesh.honestA()),
                                new ConnectionLog(metersOfA, Optional.empty(), rejection -> observer.accept(rejection)))
                        .policy(AttestationPolicy.builder()
                                .insecureAllowSimulated()
                                .following(list::get))
                        .clock(time.clock())
                        .build(),
                TransportLimits.DEFAULT,
                time.clock(),
                time);
        opened.add(a);
        // its own clock stands still, so nothing ends on its side
        HandDriven timeOfB = new HandDriven(mesh.now());
        b = new AttestedGrpc(
                mesh.builder(
                                TlsEngine.preferred(),
                                CredentialSource.of(mesh.honestB()),
                                new ConnectionLog(metersOfB, Optional.empty()))
                        .policy(AttestationPolicy.builder()
                                .insecureAllowSimulated()
                                .following(listOfB::get))
                        .clock(timeOfB.clock())
                        .build(),
                TransportLimits.DEFAULT,
                timeOfB.clock(),
                timeOfB);
        opened.add(b);
        server = a.server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(EchoService.answering(request -> request))
                .build()
                .start();
        opened.add(() -> server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS));
        channel = channel();
    }

    private AttestedChannel channel() throws Exception {
        AttestedChannel made = b.channel("127.0.0.1", server.getPort(), SimulatedMesh.A);
        opened.add(made);
        return made;
    }

    @AfterEach
    void closeAll() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private void call() {
        assertThat(EchoService.call(channel.channel(), new byte[] {1})).containsExactly(1);
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private double count(String name, String... tags) {
        return count(metersOfA, name, tags);
    }

    private static double count(MeterRegistry meters, String name, String... tags) {
        return meters.find(name).tags(tags).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    private void awaitDropped(PolicyReason reason) {
        await(() -> a.connections().isEmpty());
        assertThat(count("amesh.tls.dropped", "reason", reason.name(), "role", "server"))
                .isEqualTo(1);
        assertThat(count("amesh.tls.rejections", "reason", reason.name(), "role", "server"))
                .isEqualTo(1);
        assertThat(rejections).singleElement().satisfies(rejection -> {
            assertThat(rejection.reason()).isEqualTo(reason);
            assertThat(rejection.peerRole()).isEqualTo(Usage.CLIENT);
        });
    }

    @Test
    void recheck_releaseRevoked_dropsThePeer() {
        call();
        list.set(REVOKING);

        assertThat(a.recheck()).isEqualTo(1);

        awaitDropped(PolicyReason.RELEASE_REVOKED);
        assertThat(rejections.get(0).actual()).isEqualTo("release-1, revoked");
    }

    @Test
    void recheck_releaseTakenOffTheList_dropsThePeer() {
        call();
        list.set(ReferenceValues.NO_RELEASE);

        assertThat(a.recheck()).isEqualTo(1);

        awaitDropped(PolicyReason.UNKNOWN_RELEASE);
    }

    @Test
    void recheck_releaseOfTheServerRevoked_dropsItOnTheClientsSide() {
        call();
        listOfB.set(REVOKING);

        assertThat(a.recheck()).isZero();
        assertThat(b.recheck()).isEqualTo(1);

        await(() -> b.connections().isEmpty());
        assertThat(count(metersOfB, "amesh.tls.dropped", "reason", "RELEASE_REVOKED", "role", "client"))
                .isEqualTo(1);
    }

    @Test
    void recheck_observerThatFails_dropsEveryPeerAllTheSame() throws Exception {
        observer = rejection -> {
            throw new IllegalStateException("an observer's mistake");
        };
        call();
        EchoService.call(channel().channel(), new byte[] {1});
        await(() -> a.connections().size() == 2);
        list.set(REVOKING);

        assertThat(a.recheck()).isEqualTo(2);

        await(() -> a.connections().isEmpty());
        assertThat(count("amesh.tls.dropped", "reason", "RELEASE_REVOKED")).isEqualTo(2);
        assertThatThrownBy(this::call).isInstanceOf(StatusRuntimeException.class);
    }

    @Test
    void recheck_verificationThatRunsOutOfStack_dropsThePeer() {
        call();
        list.set((pcrs, at) -> {
            throw new StackOverflowError();
        });

        assertThat(a.recheck()).isEqualTo(1);

        await(() -> a.connections().isEmpty());
        assertThat(rejections).isEmpty();
    }

    @Test
    void recheck_twiceAtOnce_countsADroppedPeerOnce() throws Exception {
        call();
        CyclicBarrier bothLook = new CyclicBarrier(2);
        list.set((pcrs, at) -> {
            meet(bothLook);
            return REVOKING.releaseOf(pcrs, at);
        });

        CompletableFuture<Integer> other = CompletableFuture.supplyAsync(a::recheck);
        a.recheck();
        other.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

        awaitDropped(PolicyReason.RELEASE_REVOKED);
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void newConnection_releaseRevokedSinceTheLast_isRefusedAndNotCountedAsDropped() {
        call();
        list.set(REVOKING);
        a.recheck();
        await(() -> a.connections().isEmpty());

        await(() -> {
            // the first may still meet the connection that is going
            assertThatThrownBy(this::call).isInstanceOf(StatusRuntimeException.class);
            return count("amesh.tls.rejections", "reason", "RELEASE_REVOKED") >= 2;
        });
        assertThat(count("amesh.tls.dropped")).isEqualTo(1);
        assertThat(count("amesh.tls.accepted")).isEqualTo(1);
    }

    @Test
    void listThatEnds_withoutAReload_dropsThePeerWhenItHasEnded() {
        list.set(endingAt(time.now().plus(Duration.ofMinutes(5))));
        call();

        time.advance(Duration.ofMinutes(5));
        assertThat(a.connections()).hasSize(1);
        time.advance(Duration.ofSeconds(1));

        awaitDropped(PolicyReason.RELEASES_EXPIRED);
    }

    @Test
    void listThatEndsEarlier_afterARecheck_dropsThePeerEarlier() {
        call();
        list.set(endingAt(time.now().plus(Duration.ofMinutes(2))));
        assertThat(a.recheck()).isZero();

        time.advance(Duration.ofMinutes(3));

        awaitDropped(PolicyReason.RELEASES_EXPIRED);
    }

    @Test
    void listThatIsExtendedBeforeItEnds_keepsThePeer() {
        Instant end = time.now().plus(Duration.ofMinutes(5));
        list.set(endingAt(end));
        call();
        list.set(endingAt(end.plus(Duration.ofMinutes(30))));

        time.advance(Duration.ofMinutes(10));

        assertThat(a.connections()).hasSize(1);
        assertThat(rejections).isEmpty();
    }

    @Test
    void answerWhoseEndIsPast_isAskedForAgainAfterASecond_notAtOnce() {
        list.set(until(time.now().minus(Duration.ofDays(1))));
        call();
        Instant looked = time.now();
        assertThat(time.nextTask()).contains(looked.plusSeconds(1));

        time.advance(Duration.ofSeconds(1));

        assertThat(a.connections()).hasSize(1);
        assertThat(time.nextTask()).contains(looked.plusSeconds(2));
    }

    @Test
    void answerWithoutAnEnd_isAskedForAgainAllTheSame() {
        call();

        assertThat(time.nextTask()).contains(time.now().plusSeconds(30));
    }

    @Test
    void recheck_releaseDeprecated_keepsThePeer() {
        call();
        list.set((pcrs, at) -> new KnownRelease("release-1", true, Instant.MAX));

        assertThat(a.recheck()).isZero();

        call();
        assertThat(rejections).isEmpty();
        assertThat(count("amesh.tls.accepted")).isEqualTo(1);
    }

    @Test
    void newConnection_releaseDeprecated_isAcceptedAndCounted() {
        list.set((pcrs, at) -> new KnownRelease("release-1", true, Instant.MAX));

        call();

        await(() -> count("amesh.tls.deprecated", "release", "release-1", "role", "server") == 1);
        assertThat(a.connections()).hasSize(1);
    }
}
