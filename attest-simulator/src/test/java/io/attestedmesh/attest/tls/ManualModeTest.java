package io.attestedmesh.attest.tls;

import static io.attestedmesh.attest.tls.TestMesh.LIFE;
import static io.attestedmesh.attest.tls.TestMesh.NOW;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.policy.PolicyReason;
import io.attestedmesh.attest.x509.CertificateReason;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Mode manual: docs/binding.md, "Modes" and "Names". */
final class ManualModeTest {
    private final TestMesh mesh = new TestMesh();

    @Test
    void verify_plainCertificate_isAcceptedWithoutAttestation() throws Exception {
        mesh.roster = Roster.of(List.of(RosterEntry.manual(new PeerIdentity("a.example"), mesh.anchors())));
        X509Certificate leaf = mesh.plain("a.example").get(0);

        assertThat(mesh.verify(leaf, "a.example").attestation()).isEmpty();
        assertThat(mesh.verifier.verifyClient(List.of(leaf)).identity().name()).isEqualTo("a.example");
    }

    @Test
    void verify_anyNodeOfTheCa_isTheNameThatWasDialledOrTheFirstSan() throws Exception {
        mesh.roster = Roster.anyUnder(mesh.anchors(), PeerMode.MANUAL, EvidenceProfile.CMW, Freshness.CERTIFICATE);
        X509Certificate leaf =
                mesh.plain("*.example", "x.example", "y.example", "10.0.0.7").get(0);

        assertThat(mesh.verify(leaf, "y.example").identity().name()).isEqualTo("y.example");
        assertThat(mesh.verify(leaf, "10.0.0.7").identity().name()).isEqualTo("10.0.0.7");
        assertThat(mesh.verifier.verifyClient(List.of(leaf)).identity().name()).isEqualTo("x.example");
        assertThat(mesh.refusal(leaf, "z.example")).isEqualTo(CertificateReason.NAME_MISMATCH);
    }

    @Test
    void verify_anyNodeWithoutUsableName_isNameMismatch() {
        mesh.roster = Roster.anyUnder(mesh.anchors(), PeerMode.MANUAL, EvidenceProfile.CMW, Freshness.CERTIFICATE);

        assertThat(mesh.clientRefusal(mesh.plain("*.example").get(0))).isEqualTo(CertificateReason.NAME_MISMATCH);
    }

    @Test
    void verify_anyNodeOfFullAutoWithoutEvidence_isEvidenceMissing() {
        mesh.roster = Roster.anyUnder(mesh.anchors(), PeerMode.FULL_AUTO, EvidenceProfile.CMW, Freshness.CERTIFICATE);

        assertThat(mesh.refusal(mesh.plain("a.example").get(0), "a.example")).isEqualTo(PolicyReason.EVIDENCE_MISSING);
    }

    @Test
    void verify_dnsNameThatLooksLikeAnAddress_isNeverThatAddress() {
        X509Certificate leaf = TestCertificate.of(TestCertificate.newKeys())
                .commonName("10.2.0.1")
                .extension(
                        "2.5.29.17",
                        false,
                        Bytes.fromHex("300a8208"
                                        + Bytes.of("10.2.0.1".getBytes(US_ASCII))
                                                .hex())
                                .toByteArray())
                .valid(NOW.minusSeconds(1), NOW.plus(LIFE))
                .issuedBy(mesh.ca, mesh.caKeys)
                .sign();
        mesh.roster = Roster.of(List.of(RosterEntry.manual(new PeerIdentity("10.2.0.1"), mesh.anchors())));

        assertThat(mesh.refusal(leaf, "10.2.0.1")).isEqualTo(CertificateReason.MALFORMED_NAME);
        assertThat(mesh.clientRefusal(leaf)).isEqualTo(CertificateReason.MALFORMED_NAME);
    }

    @Test
    void verify_mappedAddress_isNotTheIpv4AddressInIt() {
        X509Certificate leaf = TestCertificate.of(TestCertificate.newKeys())
                .commonName("a")
                .extension(
                        "2.5.29.17",
                        false,
                        Bytes.fromHex("3012871000000000000000000000ffff0a020001")
                                .toByteArray())
                .valid(NOW.minusSeconds(1), NOW.plus(LIFE))
                .issuedBy(mesh.ca, mesh.caKeys)
                .sign();
        mesh.roster = Roster.of(List.of(RosterEntry.manual(new PeerIdentity("10.2.0.1"), mesh.anchors())));

        assertThat(mesh.refusal(leaf, "10.2.0.1")).isEqualTo(CertificateReason.NAME_MISMATCH);
        assertThat(mesh.clientRefusal(leaf)).isEqualTo(CertificateReason.NAME_MISMATCH);
    }

    @Test
    void claimedNames_addressAmongTheDnsNames_isComparedByKind() {
        ClaimedNames claimed = new ClaimedNames(
                Optional.empty(), Optional.empty(), List.of("10.2.0.1"), List.of("10.2.0.1"), List.of());

        assertThat(claimed.isSan(new PeerIdentity("10.2.0.1"))).isFalse();
    }

    @Test
    void anyUnder_semiAuto_isRefused() {
        assertThatThrownBy(() ->
                        Roster.anyUnder(mesh.anchors(), PeerMode.SEMI_AUTO, EvidenceProfile.CMW, Freshness.CERTIFICATE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void verify_pinnedCertificate_isThatOneOnly() throws Exception {
        KeyPair keys = TestCertificate.newKeys();
        X509Certificate pinned = TestMesh.selfSigned(keys, "a.example").sign();
        mesh.roster = Roster.of(List.of(RosterEntry.pinned(new PeerIdentity("party-a"), Pin.certificate(pinned))));

        assertThat(mesh.verify(pinned, "party-a").identity().name()).isEqualTo("party-a");
        assertThat(mesh.verifier.verifyClient(List.of(pinned)).identity().name())
                .isEqualTo("party-a");
        assertThat(mesh.refusal(TestMesh.selfSigned(keys, "a.example").sign(), "party-a"))
                .isEqualTo(CertificateReason.PIN_MISMATCH);
    }

    @Test
    void verify_pinnedKey_isAnyCertificateOfThatKey() throws Exception {
        KeyPair keys = TestCertificate.newKeys();
        mesh.roster = Roster.of(List.of(RosterEntry.pinned(new PeerIdentity("party-a"), Pin.key(keys.getPublic()))));

        assertThat(mesh.verify(TestMesh.selfSigned(keys, "renewed").sign(), "party-a")
                        .identity()
                        .name())
                .isEqualTo("party-a");
        assertThat(mesh.refusal(
                        TestMesh.selfSigned(TestCertificate.newKeys(), "renewed")
                                .sign(),
                        "party-a"))
                .isEqualTo(CertificateReason.PIN_MISMATCH);
        assertThat(mesh.clientRefusal(TestMesh.selfSigned(TestCertificate.newKeys(), "renewed")
                        .sign()))
                .isEqualTo(CertificateReason.NAME_MISMATCH);
    }

    @Test
    void verify_namesOfManyEntriesAboveAMazeOfAuthorities_endsAtOneBound() {
        String[] names = new String[8];
        List<RosterEntry> entries = new ArrayList<>();
        for (int i = 0; i < names.length; i++) {
            names[i] = "p" + i + ".example";
            entries.add(RosterEntry.manual(
                    new PeerIdentity(names[i]), TestMesh.anchors(TestMesh.authority(TestCertificate.newKeys(), "CA"))));
        }
        mesh.roster = Roster.of(entries);
        List<X509Certificate> maze = new ArrayList<>();
        KeyPair keys = TestCertificate.newKeys();
        X509Certificate above = TestMesh.authority(keys, "maze");
        for (int i = 0; i < 7; i++) {
            KeyPair own = TestCertificate.newKeys();
            above = TestCertificate.authority(own, "maze").issuedBy(above, keys).sign();
            keys = own;
            maze.add(0, above);
        }
        maze.add(
                0,
                TestCertificate.of(TestCertificate.newKeys())
                        .names(names)
                        .valid(NOW.minusSeconds(1), NOW.plus(LIFE))
                        .issuedBy(above, keys)
                        .sign());

        RejectedCertificateException refused =
                catchThrowableOfType(RejectedCertificateException.class, () -> mesh.verifier.verifyClient(maze));

        assertThat(refused.reason()).isEqualTo(CertificateReason.PATH_TOO_COMPLEX);
        assertThat(refused.getSuppressed())
                .hasSize(7)
                .allSatisfy(other -> assertThat(((RejectedCertificateException) other).reason())
                        .isEqualTo(CertificateReason.PATH_TOO_COMPLEX));
    }

    @Test
    void verify_pinnedCertificateThatHasEnded_isExpired() throws Exception {
        X509Certificate pinned =
                TestMesh.selfSigned(TestCertificate.newKeys(), "a.example").sign();
        mesh.roster = Roster.of(List.of(RosterEntry.pinned(new PeerIdentity("party-a"), Pin.certificate(pinned))));
        mesh.now = NOW.plus(LIFE).plusSeconds(1);

        assertThat(mesh.refusal(pinned, "party-a")).isEqualTo(CertificateReason.EXPIRED);
    }

    @Test
    void verify_pinBesideAnchors_wantsBoth() throws Exception {
        X509Certificate pinned = mesh.plain("a.example").get(0);
        mesh.roster = Roster.of(List.of(new RosterEntry(
                new PeerIdentity("party-a"),
                NamePolicy.PINNED,
                PeerMode.MANUAL,
                EvidenceProfile.CMW,
                Optional.of(mesh.anchors()),
                Optional.of(Pin.certificate(pinned)),
                Map.of(),
                Optional.empty(),
                Freshness.CERTIFICATE)));

        assertThat(mesh.verify(pinned, "party-a").identity().name()).isEqualTo("party-a");
        assertThat(mesh.refusal(mesh.plain("a.example").get(0), "party-a")).isEqualTo(CertificateReason.PIN_MISMATCH);
    }
}
