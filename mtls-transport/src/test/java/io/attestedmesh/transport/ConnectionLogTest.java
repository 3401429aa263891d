package io.attestedmesh.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.attest.policy.AttestationResult;
import io.attestedmesh.attest.policy.KnownRelease;
import io.attestedmesh.attest.policy.PolicyReason;
import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.tls.Freshness;
import io.attestedmesh.attest.tls.PeerEvents.Handshake;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.attest.x509.CertificateReason;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.transport.identity.Credential;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConnectionLogTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration AT_ONCE = Duration.ofSeconds(1);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ConnectionLog log = new ConnectionLog(meters, Optional.empty());

    @Test
    void rejection_isOneLineWithReasonAndId_andIsCounted() throws Exception {
        Credential peer = new TestPki(NOW).issue("b.test");
        Handshake handshake = new Handshake(Usage.CLIENT, Optional.of("10.0.0.7"), 4242, Optional.empty());
        try (LogLines lines = new LogLines(ConnectionLog.class)) {
            log.rejected(
                    new RejectedCertificateException(CertificateReason.EXPIRED, "a valid one", "2026"),
                    peer.chain(),
                    handshake);
            assertThat(lines.await(line -> true, AT_ONCE))
                    .contains("event=tls.rejected role=server remote=\"10.0.0.7:4242\" id=" + peer.correlationId()
                            + " reason=EXPIRED expected=\"a valid one\" actual=\"2026\"");
        }
        assertThat(meters.get("amesh.tls.rejections")
                        .tags("reason", "EXPIRED", "role", "server")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void rejection_ofAPeerWithoutCertificate_hasNoId() throws Exception {
        Handshake handshake = new Handshake(Usage.SERVER, Optional.empty(), -1, Optional.empty());
        try (LogLines lines = new LogLines(ConnectionLog.class)) {
            log.rejected(
                    new RejectedCertificateException(CertificateReason.NO_CERTIFICATE, "one", "none"),
                    List.of(),
                    handshake);
            assertThat(lines.await(line -> true, AT_ONCE).orElseThrow())
                    .contains("role=client remote=\"unknown\" id=none");
        }
    }

    @Test
    void textOfAPeer_cannotBeginALineOfItsOwn() throws Exception {
        try (LogLines lines = new LogLines(ConnectionLog.class)) {
            log.refused("id", Usage.SERVER, "r", new java.io.IOException("x\"\nevent=tls.accepted peer=\"admin"));
            assertThat(lines.await(line -> true, AT_ONCE).orElseThrow())
                    .doesNotContain("\n")
                    .endsWith("cause=\"x\\\"\\u000aevent=tls.accepted peer=\\\"admin\"");
        }
        assertThat(meters.get("amesh.tls.refused")
                        .tag("role", "client")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void acceptance_ofAPeerInManualMode_namesNoRelease() throws Exception {
        Credential peer = new TestPki(NOW).issue("b.test");
        try (LogLines lines = new LogLines(ConnectionLog.class)) {
            log.accepted(
                    new AttestedPeer(new PeerIdentity("b.test"), NOW, Optional.empty(), Freshness.CERTIFICATE),
                    peer.leaf(),
                    Usage.SERVER,
                    "10.0.0.7:1");
            assertThat(lines.await(line -> true, AT_ONCE))
                    .contains("event=tls.accepted role=client remote=\"10.0.0.7:1\" id=" + peer.correlationId()
                            + " peer=\"b.test\" release=\"-\" simulated=false level=certificate");
        }
    }

    private static AttestedPeer running(KnownRelease release) {
        AttestationResult proof = new AttestationResult(
                "i-0-enc1", PcrBank.of(Map.of()), release, false, false, Bytes.EMPTY, NOW, NOW, NOW);
        return new AttestedPeer(new PeerIdentity("b.test"), NOW, Optional.of(proof), Freshness.SESSION);
    }

    @Test
    void acceptances_areCountedByLevel() throws Exception {
        Credential peer = new TestPki(NOW).issue("b.test");
        KnownRelease release = new KnownRelease("r 1.0", false, Instant.MAX);
        log.accepted(running(release), peer.leaf(), Usage.CLIENT, "r");
        log.accepted(running(release), peer.leaf(), Usage.CLIENT, "r");
        log.accepted(
                new AttestedPeer(new PeerIdentity("b.test"), NOW, Optional.empty(), Freshness.CERTIFICATE),
                peer.leaf(),
                Usage.CLIENT,
                "r");

        assertThat(acceptedBy("session")).isEqualTo(2);
        assertThat(acceptedBy("certificate")).isEqualTo(1);
    }

    private double acceptedBy(String level) {
        return meters.get("amesh.tls.accepted")
                .tags("role", "server", "level", level)
                .counter()
                .count();
    }

    @Test
    void acceptance_ofADeprecatedRelease_isAWarningOfItsOwn() throws Exception {
        Credential peer = new TestPki(NOW).issue("b.test");
        try (LogLines lines = new LogLines(ConnectionLog.class)) {
            log.accepted(
                    running(new KnownRelease("old\n1.0", true, Instant.MAX)), peer.leaf(), Usage.SERVER, "10.0.0.7:1");
            assertThat(lines.await(line -> line.contains("tls.deprecated"), AT_ONCE))
                    .contains("event=tls.deprecated role=client remote=\"10.0.0.7:1\" id=" + peer.correlationId()
                            + " peer=\"b.test\" release=\"old\\u000a1.0\"");
        }
    }

    @Test
    void acceptance_ofAReleaseThatIsNotDeprecated_isNotCountedSo() throws Exception {
        log.accepted(
                running(KnownRelease.withoutEnd("new")),
                new TestPki(NOW).issue("b.test").leaf(),
                Usage.SERVER,
                "r");

        assertThat(meters.find("amesh.tls.deprecated").counters()).isEmpty();
    }

    @Test
    void acceptances_ofManyDeprecatedReleases_areCountedUnderBoundedlyManyLabels() throws Exception {
        Credential peer = new TestPki(NOW).issue("b.test");
        for (int i = 0; i < 100; i++) {
            log.accepted(running(new KnownRelease("old " + i, true, Instant.MAX)), peer.leaf(), Usage.SERVER, "r");
        }

        assertThat(meters.find("amesh.tls.deprecated").counters()).hasSize(65);
        assertThat(meters.get("amesh.tls.deprecated")
                        .tag("release", "(others)")
                        .counter()
                        .count())
                .isEqualTo(36);
    }

    @Test
    void drop_isARejectionToo_andTellsItsConsumer() throws Exception {
        List<ConnectionLog.Rejection> told = new ArrayList<>();
        ConnectionLog telling = new ConnectionLog(meters, Optional.empty(), told::add);
        telling.dropped(
                new RejectedCertificateException(PolicyReason.RELEASE_REVOKED, "a release in force", "revoked"),
                new TestPki(NOW).issue("b.test").leaf(),
                Usage.CLIENT,
                "r");

        assertThat(told).extracting(ConnectionLog.Rejection::reason).containsExactly(PolicyReason.RELEASE_REVOKED);
        assertThat(told.get(0).claimedNames()).contains("b.test");
        for (String name : List.of("amesh.tls.dropped", "amesh.tls.rejections")) {
            assertThat(meters.get(name)
                            .tags("reason", "RELEASE_REVOKED", "role", "server")
                            .counter()
                            .count())
                    .isEqualTo(1);
        }
    }

    @Test
    void refusalInAHandshake_isNotCountedAsADrop() throws Exception {
        log.rejected(
                new RejectedCertificateException(PolicyReason.RELEASE_REVOKED, "a release in force", "revoked"),
                Optional.empty(),
                Usage.CLIENT,
                "r");

        assertThat(meters.find("amesh.tls.dropped").counters()).isEmpty();
    }
}
