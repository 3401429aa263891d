package io.attestedmesh.transport.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Attester;
import io.attestedmesh.attest.tls.AttestedClientVerifier;
import io.attestedmesh.attest.tls.Freshness;
import io.attestedmesh.attest.tls.PeerEvents;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.transport.AttestedTls;
import io.attestedmesh.transport.ConnectionLog;
import io.attestedmesh.transport.SimulatedMesh;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.identity.Credential;
import io.attestedmesh.transport.identity.CredentialKeyManager;
import io.attestedmesh.transport.identity.CredentialSource;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How engines end whose exchange does not, and what their users are told. */
class SessionEngineEndTest {
    private static final int ROUNDS = 20;
    private static SimulatedMesh mesh;
    private static Credential ofA;
    private static Credential ofB;

    private final CountDownLatch documentsWait = new CountDownLatch(1);
    private final SimpleMeterRegistry metersOfA = new SimpleMeterRegistry();

    @BeforeAll
    static void found() throws Exception {
        mesh = new SimulatedMesh();
        ofA = mesh.honestA();
        ofB = mesh.honestB();
    }

    @AfterEach
    void goOn() {
        documentsWait.countDown();
    }

    static Stream<String> engines() {
        return SessionEngineTest.engines();
    }

    private static AttestedTls.Builder party(String engine, Credential credential, SimpleMeterRegistry meters) {
        return mesh.builder(
                TlsEngine.byName(engine), CredentialSource.of(credential), new ConnectionLog(meters, Optional.empty()));
    }

    private DocumentQueue documents(Attester attester) {
        return new DocumentQueue(attester, new SimpleMeterRegistry());
    }

    private DocumentQueue lateDocuments(Credential of) {
        return documents(request -> {
            try {
                documentsWait.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return mesh.enclaveOf(of).attest(request);
        });
    }

    /** Client and server with both nonces exchanged, and no document. */
    private EngineSide[] withinTheExchange(EngineSide server, String engine) throws Exception {
        EngineSide client = EngineSide.client(
                party(engine, ofB, new SimpleMeterRegistry())
                        .documents(lateDocuments(ofB))
                        .build(),
                "c");
        for (EngineSide side : new EngineSide[] {client, server}) {
            PendingEvidence.of(side.engine.getSession()).orElseThrow().onReady(() -> {});
        }
        EngineSide.talk(client, server);
        assertThat(server.engine.getHandshakeStatus()).isEqualTo(HandshakeStatus.NEED_UNWRAP);
        return new EngineSide[] {client, server};
    }

    private EngineSide[] withinTheExchange(String engine) throws Exception {
        AttestedTls.Builder ofServer = party(engine, ofA, metersOfA).documents(lateDocuments(ofA));
        return withinTheExchange(EngineSide.server(ofServer.build(), "s"), engine);
    }

    private static void drain(EngineSide side) throws SSLException {
        for (int i = 0; i < 4 && !side.engine.isOutboundDone(); i++) {
            side.engine.wrap(ByteBuffer.allocate(0), side.toPeer);
        }
        assertThat(side.engine.isOutboundDone()).isTrue();
    }

    private static String reason(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof RejectedCertificateException rejected) {
                return rejected.reason().name();
            }
        }
        throw new AssertionError("no reason", failure);
    }

    private double rejections() {
        return metersOfA.find("amesh.tls.rejections").counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    @ParameterizedTest
    @MethodSource("engines")
    void closeOutbound_inTheExchange_saysCloseNotify_andNoFrameMore(String engine) throws Exception {
        EngineSide[] sides = withinTheExchange(engine);
        EngineSide client = sides[0];
        EngineSide server = sides[1];
        server.engine.closeOutbound();
        assertThat(server.engine.getHandshakeStatus()).isEqualTo(HandshakeStatus.NEED_WRAP);
        drain(server);

        assertThatThrownBy(() -> EngineSide.talk(client, server))
                .isInstanceOf(SSLHandshakeException.class)
                .satisfies(e -> assertThat(reason(e)).isEqualTo("TRUNCATED"));
        assertThat(rejections()).as("a side that closes refuses nobody").isZero();
        assertThat(refusal(server)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("engines")
    void closeInbound_inTheExchange_isATruncation_andReleasesTheEngine(String engine) throws Exception {
        EngineSide server = withinTheExchange(engine)[1];

        assertThatThrownBy(server.engine::closeInbound)
                .satisfies(e -> assertThat(reason(e)).isEqualTo("TRUNCATED"));
        assertThat(server.engine.isInboundDone()).isTrue();
        drain(server);
        assertThat(server.engine.getHandshakeStatus()).isEqualTo(HandshakeStatus.NOT_HANDSHAKING);
        assertThat(rejections()).isEqualTo(1);
        assertThatThrownBy(() -> server.engine.unwrap(ByteBuffer.allocate(0), ByteBuffer.allocate(100)))
                .as("it goes on saying why")
                .satisfies(e -> assertThat(reason(e)).isEqualTo("TRUNCATED"));
    }

    @ParameterizedTest
    @MethodSource("engines")
    void peerThatIsRefusedAndSilent_isNamedWithTheReason_whenItsUserGivesUp(String engine) throws Exception {
        EngineSide client = EngineSide.client(
                party(engine, ofB, new SimpleMeterRegistry())
                        .documents(documents(mesh.nsm(SimulatedMesh.image("release 2"), SimulatedMesh.INSTANCE_OF_B)))
                        .build(),
                "c");
        EngineSide server = EngineSide.server(party(engine, ofA, metersOfA).build(), "s");
        for (int i = 0; i < 100 && refusal(server).isEmpty(); i++) {
            client.step(server);
            server.step(client);
        }

        assertThat(refusal(server)).contains("UNKNOWN_RELEASE");
        assertThat(rejections()).isZero();
        server.engine.closeOutbound();
        assertThat(refusal(server)).contains("UNKNOWN_RELEASE");
        assertThat(rejections()).isEqualTo(1);
    }

    private static Optional<String> refusal(EngineSide side) {
        return Refusal.of(side.engine.getSession())
                .map(refusal -> refusal.why().reason().name());
    }

    @ParameterizedTest
    @MethodSource("engines")
    void userThatGivesUp_afterTheTimeOfTheExchange_namesThatTime(String name) throws Exception {
        TlsEngine engine = TlsEngine.byName(name);
        AtomicLong nanos = new AtomicLong();
        AttestedTls tls = party(name, ofA, metersOfA).build();
        SessionAttestation attestation = new SessionAttestation(
                engine,
                tls.verifier(),
                documents(mesh.enclaveOf(ofA)),
                SessionAttestation.DEFAULT_TIMEOUT,
                nanos::get,
                ended -> {},
                PeerEvents.NONE);
        SSLEngine server = engine.sslContext(
                        new CredentialKeyManager(CredentialSource.of(ofA), Clock.systemUTC()),
                        new AttestedClientVerifier(tls.verifier(), PeerEvents.NONE, Freshness.SESSION),
                        attestation)
                .createSSLEngine();
        server.setUseClientMode(false);
        EngineSide[] sides = withinTheExchange(new EngineSide(server, "s"), name);
        nanos.addAndGet(SessionAttestation.DEFAULT_TIMEOUT.toNanos() + 1);
        server.closeOutbound();

        assertThat(refusal(sides[1])).contains("TIMEOUT");
    }

    /** In TLS 1.3 a client has ended its handshake when it sends its last message, and has to send it all the same. */
    @ParameterizedTest
    @MethodSource("engines")
    void clientThatRefusesAtTheEndOfTls_sendsItsLastMessage_andSaysCloseNotify(String engine) throws Exception {
        var certificates = mesh.roster(Freshness.CERTIFICATE);
        EngineSide client =
                EngineSide.client(party(engine, ofB, new SimpleMeterRegistry()).build(), "c");
        EngineSide server = EngineSide.server(
                AttestedTls.builder()
                        .engine(TlsEngine.byName(engine))
                        .credentials(CredentialSource.of(ofA))
                        .roster(() -> certificates)
                        .verifier(mesh.verifier())
                        .policy(mesh.policy())
                        .log(new ConnectionLog(metersOfA, Optional.empty()))
                        .build(),
                "s");
        assertThatThrownBy(() -> EngineSide.talk(client, server))
                .satisfies(e -> assertThat(reason(e)).isEqualTo("FRESHNESS_MISMATCH"));
        drain(client);

        ByteBuffer nothing = ByteBuffer.allocate(1 << 16);
        client.toPeer.flip();
        Status last = Status.OK;
        while (client.toPeer.hasRemaining() && last == Status.OK) {
            last = server.engine.unwrap(client.toPeer, nothing).getStatus();
            for (Runnable task = server.engine.getDelegatedTask();
                    task != null;
                    task = server.engine.getDelegatedTask()) {
                task.run();
            }
        }
        assertThat(last).isEqualTo(Status.CLOSED);
        assertThat(nothing.position()).isZero();
    }

    /** An engine allows one unwrap beside one wrap: whichever call ends the handshake, it ends once. */
    @ParameterizedTest
    @MethodSource("engines")
    void handshake_drivenByTwoThreads_endsOnce(String engine) throws Exception {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            for (int round = 0; round < ROUNDS; round++) {
                EngineSide client = EngineSide.client(
                        party(engine, ofB, new SimpleMeterRegistry()).build(), "c");
                EngineSide server =
                        EngineSide.server(party(engine, ofA, metersOfA).build(), "s");
                AtomicBoolean done = new AtomicBoolean();
                Future<Integer> beside = threads.submit(() -> finishedBeside(server.engine, done));
                try {
                    EngineSide.talk(client, server);
                } finally {
                    done.set(true);
                }
                assertThat(server.finished + beside.get(10, TimeUnit.SECONDS)).isEqualTo(1);
                assertThat(server.heard()).isEqualTo("c");
                assertThat(client.heard()).isEqualTo("s");
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(metersOfA.find("amesh.tls.accepted").counters().stream()
                        .mapToDouble(Counter::count)
                        .sum())
                .isEqualTo(ROUNDS);
    }

    private static int finishedBeside(SSLEngine engine, AtomicBoolean done) throws SSLException {
        int finished = 0;
        ByteBuffer target = ByteBuffer.allocate(1 << 16);
        while (!done.get()) {
            SSLEngineResult result = engine.unwrap(ByteBuffer.allocate(0), target);
            finished += result.getHandshakeStatus() == HandshakeStatus.FINISHED ? 1 : 0;
        }
        return finished;
    }
}
