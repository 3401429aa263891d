package io.attestedmesh.transport.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.transport.SimulatedMesh;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.identity.Credential;
import io.attestedmesh.transport.identity.CredentialSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PeerRuleTest {
    private AttestedPeer b;
    private X509Certificate leaf;

    @BeforeEach
    void verify() throws Exception {
        SimulatedMesh mesh = new SimulatedMesh();
        Credential credential = mesh.honestB();
        leaf = credential.leaf();
        b = mesh.tls(TlsEngine.preferred(), CredentialSource.of(mesh.honestA()), new SimpleMeterRegistry())
                .verifier()
                .verifyClient(credential.chain());
    }

    private static PeerRule names(String... names) {
        return new PeerRule(Set.of(names), Set.of(), Set.of());
    }

    private static PeerRule commonNames(String... names) {
        return new PeerRule(Set.of(), Set.of(names), Set.of());
    }

    private void assertRefused(PeerRule rule, AttestedPeer peer) {
        assertThatThrownBy(() -> rule.check(peer, leaf))
                .isInstanceOfSatisfying(
                        RejectedCertificateException.class,
                        e -> assertThat(e.reason()).isEqualTo(TunnelReason.NOT_ALLOWED));
    }

    @Test
    void ruleThatNamesNobody_isNone() {
        assertThatThrownBy(() -> new PeerRule(Set.of(), Set.of(), Set.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void name_inAnyCase_isLetIn() {
        assertThatCode(() -> names("x.example", "B.Example").check(b, leaf)).doesNotThrowAnyException();
    }

    @Test
    void otherName_isRefused() {
        assertRefused(names("x.example"), b);
        assertRefused(names("example"), b);
        assertRefused(names("*.example"), b);
    }

    @Test
    void commonName_thatIsTheProvedName_isLetIn() {
        assertThatCode(() -> commonNames("b.example").check(b, leaf)).doesNotThrowAnyException();
    }

    @Test
    void commonName_thatIsNotTheProvedName_isRefused() {
        AttestedPeer other = new AttestedPeer(new PeerIdentity("c.example"), Instant.MAX, b.attestation());
        assertRefused(commonNames("b.example"), other);
        assertRefused(commonNames("c.example"), other);
    }

    @Test
    void release_isNeededBesideTheName() {
        assertThatCode(() -> new PeerRule(Set.of("b.example"), Set.of(), Set.of("release-1")).check(b, leaf))
                .doesNotThrowAnyException();
        assertRefused(new PeerRule(Set.of("b.example"), Set.of(), Set.of("release-2")), b);
        assertRefused(new PeerRule(Set.of("x.example"), Set.of(), Set.of("release-1")), b);
    }

    @Test
    void peerWithoutEvidence_hasNoRelease() {
        AttestedPeer manual = new AttestedPeer(b.identity(), Instant.MAX, Optional.empty());
        assertRefused(new PeerRule(Set.of(), Set.of(), Set.of("release-1")), manual);
    }
}
