package io.attestedmesh.transport.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.AttestationRequest;
import io.attestedmesh.attest.evidence.AttesterException;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.tls.Freshness;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.transport.AttestedTls;
import io.attestedmesh.transport.ConnectionLog;
import io.attestedmesh.transport.SimulatedMesh;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.identity.Credential;
import io.attestedmesh.transport.identity.CredentialSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Two engines in memory, whose users hand them application bytes from the first call on. */
class SessionEngineTest {
    private static SimulatedMesh mesh;

    @BeforeAll
    static void found() throws Exception {
        mesh = new SimulatedMesh();
    }

    static Stream<String> engines() {
        return TlsEngine.all().stream()
                .filter(engine -> engine.unavailable().isEmpty() && engine.hasExporter())
                .map(TlsEngine::name);
    }

    private static AttestedTls.Builder party(String engine, Credential credential) {
        return mesh.builder(
                TlsEngine.byName(engine),
                CredentialSource.of(credential),
                new ConnectionLog(new SimpleMeterRegistry(), Optional.empty()));
    }

    private static RejectedCertificateException rejection(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof RejectedCertificateException rejected) {
                return rejected;
            }
        }
        throw new AssertionError("no rejection", failure);
    }

    @ParameterizedTest
    @MethodSource("engines")
    void bytesOfTheApplication_moveOnlyAfterBothVerdicts_andTheHandshakeEndsOnce(String engine) throws Exception {
        EngineSide client = EngineSide.client(party(engine, mesh.honestB()).build(), "from the client");
        EngineSide server = EngineSide.server(party(engine, mesh.honestA()).build(), "from the server");

        EngineSide.talk(client, server);

        assertThat(client.heard()).isEqualTo("from the server");
        assertThat(server.heard()).isEqualTo("from the client");
        assertThat(List.of(client.finished, server.finished)).containsExactly(1, 1);
        assertThat(List.of(client.movedEarly, server.movedEarly)).containsExactly(false, false);
        assertThat(AttestedPeer.of(client.engine.getSession()))
                .hasValueSatisfying(peer -> assertThat(peer.freshness()).isEqualTo(Freshness.SESSION));
        assertThat(AttestedPeer.of(server.engine.getSession()))
                .hasValueSatisfying(peer -> assertThat(peer.identity().name()).isEqualTo(SimulatedMesh.B));
    }

    @ParameterizedTest
    @MethodSource("engines")
    void rosterThatDemandsNoMore_endsTheHandshakeAsTlsDoes(String engine) throws Exception {
        var certificates = mesh.roster(Freshness.CERTIFICATE);
        EngineSide client = EngineSide.client(
                party(engine, mesh.honestB()).roster(() -> certificates).build(), "c");
        EngineSide server = EngineSide.server(
                party(engine, mesh.honestA()).roster(() -> certificates).build(), "s");

        EngineSide.talk(client, server);

        assertThat(client.heard() + server.heard()).isEqualTo("sc");
        assertThat(AttestedPeer.of(server.engine.getSession()))
                .hasValueSatisfying(peer -> assertThat(peer.freshness()).isEqualTo(Freshness.CERTIFICATE));
    }

    @ParameterizedTest
    @MethodSource("engines")
    void serverThatDemandsIt_refusesAClientThatDoesNotSpeakIt(String engine) throws Exception {
        var certificates = mesh.roster(Freshness.CERTIFICATE);
        EngineSide client = EngineSide.client(
                party(engine, mesh.honestB()).roster(() -> certificates).build(), "c");
        EngineSide server = EngineSide.server(party(engine, mesh.honestA()).build(), "s");

        assertThatThrownBy(() -> EngineSide.talk(client, server)).satisfies(e -> {
            assertThat(rejection(e).reason().name()).isEqualTo("FRESHNESS_MISMATCH");
            assertThat(rejection(e).actual()).contains("does not speak session attestation");
        });
        assertThat(server.heard()).isEmpty();
        assertThat(server.word.position()).isZero();
        assertThat(AttestedPeer.of(server.engine.getSession())).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("engines")
    void clientThatDemandsIt_refusesAServerThatDoesNotSpeakIt(String engine) throws Exception {
        var certificates = mesh.roster(Freshness.CERTIFICATE);
        EngineSide client = EngineSide.client(party(engine, mesh.honestB()).build(), "c");
        EngineSide server = EngineSide.server(
                AttestedTls.builder()
                        .engine(TlsEngine.byName(engine))
                        .credentials(CredentialSource.of(mesh.honestA()))
                        .roster(() -> certificates)
                        .verifier(mesh.verifier())
                        .policy(mesh.policy())
                        .log(new ConnectionLog(new SimpleMeterRegistry(), Optional.empty()))
                        .build(),
                "s");

        assertThatThrownBy(() -> EngineSide.talk(client, server))
                .satisfies(e -> assertThat(rejection(e).reason().name()).isEqualTo("FRESHNESS_MISMATCH"));
        assertThat(client.word.position()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"h2, h2, h2", "'h2,http/1.1', http/1.1, http/1.1", "h2, '', ''", "'', '', ''"})
    void protocolOfTheApplication_isNegotiatedAsWithoutIt(String offered, String known, String expected)
            throws Exception {
        String engine = engines().findFirst().orElseThrow();
        EngineSide client = EngineSide.client(party(engine, mesh.honestB()).build(), "c", split(offered));
        EngineSide server = EngineSide.server(party(engine, mesh.honestA()).build(), "s", split(known));

        EngineSide.talk(client, server);

        assertThat(client.engine.getApplicationProtocol()).isEqualTo(expected);
        assertThat(server.engine.getApplicationProtocol()).isEqualTo(expected);
        assertThat(server.engine.getSSLParameters().getApplicationProtocols()).containsExactly(split(known));
        assertThat(AttestedPeer.of(server.engine.getSession()).orElseThrow().freshness())
                .isEqualTo(Freshness.SESSION);
    }

    private static String[] split(String names) {
        return names.isEmpty() ? new String[0] : names.split(",");
    }

    @Test
    void beforeBothVerdicts_theSessionNamesNobody() throws Exception {
        String engine = engines().findFirst().orElseThrow();
        SSLEngine server = EngineSide.server(party(engine, mesh.honestA()).build(), "").engine;
        assertThatThrownBy(() -> server.getSession().getPeerCertificates())
                .isInstanceOf(SSLPeerUnverifiedException.class);
        assertThat(AttestedPeer.of(server.getSession())).isEmpty();
        assertThat(PendingEvidence.of(server.getSession())).isPresent();
    }

    @Test
    void attesterThatFails_endsTheHandshake_onBothSides() throws Exception {
        String engine = engines().findFirst().orElseThrow();
        DocumentQueue broken = new DocumentQueue(
                request -> {
                    throw new AttesterException("no device", null);
                },
                new SimpleMeterRegistry());
        EngineSide client = EngineSide.client(
                party(engine, mesh.honestB()).documents(broken).build(), "c");
        EngineSide server = EngineSide.server(party(engine, mesh.honestA()).build(), "s");

        assertThatThrownBy(() -> EngineSide.talk(client, server)).hasMessageContaining("NO_DOCUMENT");
        assertThat(client.heard() + server.heard()).isEmpty();
    }

    @Test
    void engineWithoutExporter_isRefusedAtStart_byItsName_andTheOnesThatWouldDo() throws Exception {
        Credential a = mesh.honestA();
        for (TlsEngine engine : TlsEngine.all()) {
            if (engine.unavailable().isEmpty() && !engine.hasExporter()) {
                assertThatThrownBy(() -> party(engine.name(), a)
                                .roster(() -> mesh.roster(Freshness.SESSION))
                                .build())
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(engine.name())
                        .hasMessageContaining("conscrypt");
            }
        }
    }

    @Test
    void documents_moreThanTheQueueHolds_areRefused_andSlowOnesGivenUp() throws Exception {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        var never = new CountDownLatch(1);
        DocumentQueue queue = new DocumentQueue(
                request -> {
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return Bytes.EMPTY;
                },
                1,
                Duration.ofMillis(50),
                meters);
        var request = new AttestationRequest(Optional.empty(), Optional.empty(), Optional.empty());
        var asked = Stream.generate(() -> queue.ask(request)).limit(4).toList();

        assertThat(asked.get(3)).isCompletedExceptionally();
        for (var one : asked) {
            assertThat(one).failsWithin(Duration.ofSeconds(10));
        }
        never.countDown();
        assertThat(meters.get("amesh.session.documents")
                        .tag("result", "failed")
                        .timer()
                        .count())
                .isEqualTo(4);
    }

    @Test
    void documents_slowOnes_areGivenUpEachTime_alsoAfterOthersThatCame() {
        var slow = new AtomicBoolean();
        var never = new CountDownLatch(1);
        DocumentQueue queue = new DocumentQueue(
                request -> {
                    try {
                        if (slow.get()) {
                            never.await();
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return Bytes.EMPTY;
                },
                4,
                Duration.ofMillis(50),
                new SimpleMeterRegistry());
        var request = new AttestationRequest(Optional.empty(), Optional.empty(), Optional.empty());
        assertThat(queue.ask(request)).succeedsWithin(Duration.ofSeconds(10));
        slow.set(true);

        for (int i = 0; i < 3; i++) {
            assertThat(queue.ask(request))
                    .failsWithin(Duration.ofSeconds(10))
                    .withThrowableThat()
                    .withMessageContaining("no document within PT0.05S");
        }
        never.countDown();
    }
}
