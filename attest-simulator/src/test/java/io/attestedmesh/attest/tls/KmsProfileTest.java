package io.attestedmesh.attest.tls;

import static io.attestedmesh.attest.tls.TestMesh.INSTANCE_PCR;
import static io.attestedmesh.attest.tls.TestMesh.LIFE;
import static io.attestedmesh.attest.tls.TestMesh.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.policy.PolicyReason;
import io.attestedmesh.attest.x509.CertificateReason;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Profile KMS in mode full-auto, with its name policy (docs/binding.md, "Profiles" and "Names"). */
final class KmsProfileTest {
    private final TestMesh mesh = new TestMesh();
    private final KeyPair keys = TestCertificate.newKeys();

    private RosterEntry entry(String name, NamePolicy policy) {
        return entry(name, policy, mesh.ca);
    }

    private RosterEntry entry(String name, NamePolicy policy, X509Certificate ca) {
        return new RosterEntry(
                new PeerIdentity(name),
                policy,
                PeerMode.FULL_AUTO,
                EvidenceProfile.KMS,
                Optional.of(TestMesh.anchors(ca)),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                Freshness.CERTIFICATE);
    }

    private X509Certificate leaf(TestCertificate certificate, Optional<Bytes> userData) {
        return certificate
                .evidence(EvidenceExtension.kms(mesh.evidence(keys, userData, document -> {})))
                .sign();
    }

    private X509Certificate leaf(Optional<Bytes> userData) {
        return leaf(mesh.draft(keys, "a.example").certificate(), userData);
    }

    @Test
    void verify_documentForTheKey_isAccepted() throws Exception {
        mesh.roster = Roster.of(List.of(entry("a.example", NamePolicy.SAN)));

        assertThat(mesh.verify(leaf(Optional.empty()), "a.example").attestation())
                .isPresent();
    }

    @Test
    void verify_documentForACertificateOrSession_isReserved() {
        mesh.roster = Roster.of(List.of(entry("a.example", NamePolicy.SAN)));
        Bytes reserved = Bytes.of("amesh-session-v1".getBytes(StandardCharsets.US_ASCII));

        assertThat(mesh.refusal(leaf(Optional.of(reserved)), "a.example")).isEqualTo(PolicyReason.RESERVED_USER_DATA);
    }

    @Test
    void verify_documentForAnotherKey_isPublicKeyMismatch() {
        mesh.roster = Roster.of(List.of(entry("a.example", NamePolicy.SAN)));
        Bytes other = mesh.evidence(TestCertificate.newKeys(), Optional.empty(), document -> {});
        X509Certificate leaf = mesh.draft(keys, "a.example")
                .certificate()
                .evidence(EvidenceExtension.kms(other))
                .sign();

        assertThat(mesh.refusal(leaf, "a.example")).isEqualTo(PolicyReason.PUBLIC_KEY_MISMATCH);
    }

    @Test
    void verify_evidenceInProfileCmw_isRefused() {
        mesh.roster = Roster.of(List.of(entry("a.example", NamePolicy.SAN)));

        assertThat(mesh.refusal(mesh.chain("a.example").get(0), "a.example")).isEqualTo(PeerReason.EXTENSION_PROFILE);
    }

    @ParameterizedTest
    @CsvSource({
        "p1.kms.example, p1.kms.example, p1.kms.example, true",
        "p1.kms.example, p1.kms.example, kms.example, true",
        "p1.kms.example, p1.kms.example, example, false",
        "p1.kms.example, p1.kms.example, KMS.example, false",
        "p1.kms.example, p2.kms.example, kms.example, false",
        "p2.kms.example, p1.kms.example, kms.example, false",
        "party-1, party-1, party-1, true",
        "party-1, party-1, arty-1, false",
        "10.0.0.1, 10.0.0.1, 10.0.0.1, false"
    })
    void verify_namePolicyKms_wantsCommonNameSanAndIssuer(
            String commonName, String san, String issuer, boolean accepted) throws Exception {
        KeyPair caKeys = TestCertificate.newKeys();
        X509Certificate ca = TestMesh.authority(caKeys, issuer);
        mesh.roster = Roster.of(List.of(entry(commonName, NamePolicy.KMS, ca)));
        TestCertificate certificate = TestCertificate.of(keys)
                .commonName(commonName)
                .names(san)
                .valid(NOW.minusSeconds(1), NOW.plus(LIFE))
                .issuedBy(ca, caKeys);
        X509Certificate leaf = leaf(certificate, Optional.empty());

        if (accepted) {
            assertThat(mesh.verify(leaf, commonName).identity().name()).isEqualTo(commonName);
            assertThat(mesh.verifier.verifyClient(List.of(leaf)).identity().name())
                    .isEqualTo(commonName);
        } else {
            assertThat(mesh.refusal(leaf, commonName)).isEqualTo(CertificateReason.NAME_MISMATCH);
        }
    }

    @Test
    void verify_issuerWithAKeyOnSecp256k1_isAcceptedInThisProfileOnly() throws Exception {
        KeyPair caKeys = TestCertificate.newKeys("secp256k1");
        X509Certificate ca = TestMesh.authority(caKeys, "a.example");
        TestCertificate certificate = TestCertificate.of(keys)
                .commonName("a.example")
                .names("a.example")
                .valid(NOW.minusSeconds(1), NOW.plus(LIFE))
                .issuedBy(ca, caKeys);
        mesh.roster = Roster.of(List.of(entry("a.example", NamePolicy.KMS, ca)));
        X509Certificate leaf = leaf(certificate, Optional.empty());

        assertThat(mesh.verify(leaf, "a.example").identity().name()).isEqualTo("a.example");
        assertThatThrownBy(() -> {
                    mesh.roster = Roster.of(List.of(
                            RosterEntry.fullAuto(new PeerIdentity("a.example"), TestMesh.anchors(ca), Map.of())));
                    mesh.verify(leaf, "a.example");
                })
                .isInstanceOf(RejectedCertificateException.class)
                .extracting(e -> ((RejectedCertificateException) e).reason())
                .isIn(CertificateReason.UNSUPPORTED_KEY, CertificateReason.UNTRUSTED_ISSUER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"CN=a.example,CN=b.example", "CN=a.example+CN=b.example", "CN=a.example+O=b", "O=a.example"})
    void verify_notExactlyOneCommonName_isNameMismatch(String subject) {
        mesh.roster = Roster.of(List.of(entry("a.example", NamePolicy.KMS)));
        X509Certificate leaf = leaf(mesh.draft(keys, "a.example").certificate().subject(subject), Optional.empty());

        assertThat(mesh.refusal(leaf, "a.example")).isEqualTo(CertificateReason.NAME_MISMATCH);
    }

    @Test
    void construction_semiAuto_isRefused() {
        assertThatThrownBy(() -> new RosterEntry(
                        new PeerIdentity("a"),
                        NamePolicy.SAN,
                        PeerMode.SEMI_AUTO,
                        EvidenceProfile.KMS,
                        Optional.of(mesh.anchors()),
                        Optional.empty(),
                        Map.of(4, INSTANCE_PCR),
                        Optional.empty(),
                        Freshness.CERTIFICATE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void verify_certificateThatOutlivesTheEvidence_isRefusedHereToo() {
        mesh.roster = Roster.of(List.of(entry("a.example", NamePolicy.SAN)));
        TestCertificate certificate =
                mesh.draft(keys, "a.example").certificate().valid(NOW.minusSeconds(1), NOW.plus(Duration.ofDays(7)));

        assertThat(mesh.refusal(leaf(certificate, Optional.empty()), "a.example"))
                .isEqualTo(PeerReason.CERTIFICATE_OUTLIVES_EVIDENCE);
    }
}
