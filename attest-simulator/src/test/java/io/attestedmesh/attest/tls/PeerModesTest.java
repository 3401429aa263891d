package io.attestedmesh.attest.tls;

import static io.attestedmesh.attest.tls.TestMesh.INSTANCE_PCR;
import static io.attestedmesh.attest.tls.TestMesh.LIFE;
import static io.attestedmesh.attest.tls.TestMesh.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Pcr;
import io.attestedmesh.attest.evidence.Reason;
import io.attestedmesh.attest.policy.PolicyReason;
import io.attestedmesh.attest.x509.CertificateReason;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The other modes and profiles: docs/binding.md, "Modes" and "Names". */
final class PeerModesTest {
    private final TestMesh mesh = new TestMesh();

    private AttestedPeer verify(X509Certificate leaf, String host) throws RejectedCertificateException {
        return mesh.verifier.verifyServer(List.of(leaf), host);
    }

    private Reason refusal(X509Certificate leaf, String host) {
        return catchThrowableOfType(RejectedCertificateException.class, () -> verify(leaf, host))
                .reason();
    }

    private Reason clientRefusal(X509Certificate leaf) {
        return catchThrowableOfType(RejectedCertificateException.class, () -> mesh.verifier.verifyClient(List.of(leaf)))
                .reason();
    }

    private static Bytes der(X509Certificate certificate) {
        try {
            return Bytes.of(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static TestCertificate selfSigned(KeyPair keys, String name) {
        return TestCertificate.of(keys).commonName(name).names(name).valid(NOW.minusSeconds(1), NOW.plus(LIFE));
    }

    @Nested
    final class Manual {
        @Test
        void verify_plainCertificate_isAcceptedWithoutAttestation() throws Exception {
            mesh.roster = Roster.of(List.of(RosterEntry.manual(new PeerIdentity("a.example"), mesh.anchors())));
            X509Certificate leaf = mesh.plain("a.example").get(0);

            assertThat(verify(leaf, "a.example").attestation()).isEmpty();
            assertThat(mesh.verifier.verifyClient(List.of(leaf)).identity().name())
                    .isEqualTo("a.example");
        }

        @Test
        void verify_anyNodeOfTheCa_isTheNameThatWasDialledOrTheFirstSan() throws Exception {
            mesh.roster = Roster.anyUnder(mesh.anchors(), PeerMode.MANUAL, EvidenceProfile.CMW);
            X509Certificate leaf = mesh.plain("*.example", "x.example", "y.example", "10.0.0.7")
                    .get(0);

            assertThat(verify(leaf, "y.example").identity().name()).isEqualTo("y.example");
            assertThat(verify(leaf, "10.0.0.7").identity().name()).isEqualTo("10.0.0.7");
            assertThat(mesh.verifier.verifyClient(List.of(leaf)).identity().name())
                    .isEqualTo("x.example");
            assertThat(refusal(leaf, "z.example")).isEqualTo(CertificateReason.NAME_MISMATCH);
        }

        @Test
        void verify_anyNodeWithoutUsableName_isNameMismatch() {
            mesh.roster = Roster.anyUnder(mesh.anchors(), PeerMode.MANUAL, EvidenceProfile.CMW);

            assertThat(clientRefusal(mesh.plain("*.example").get(0))).isEqualTo(CertificateReason.NAME_MISMATCH);
        }

        @Test
        void verify_anyNodeOfFullAutoWithoutEvidence_isEvidenceMissing() {
            mesh.roster = Roster.anyUnder(mesh.anchors(), PeerMode.FULL_AUTO, EvidenceProfile.CMW);

            assertThat(refusal(mesh.plain("a.example").get(0), "a.example")).isEqualTo(PolicyReason.EVIDENCE_MISSING);
        }

        @Test
        void anyUnder_semiAuto_isRefused() {
            assertThatThrownBy(() -> Roster.anyUnder(mesh.anchors(), PeerMode.SEMI_AUTO, EvidenceProfile.CMW))
                    .isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void verify_pinnedCertificate_isThatOneOnly() throws Exception {
            KeyPair keys = TestCertificate.newKeys();
            X509Certificate pinned = selfSigned(keys, "a.example").sign();
            mesh.roster = Roster.of(List.of(RosterEntry.pinned(new PeerIdentity("party-a"), Pin.certificate(pinned))));

            assertThat(verify(pinned, "party-a").identity().name()).isEqualTo("party-a");
            assertThat(mesh.verifier.verifyClient(List.of(pinned)).identity().name())
                    .isEqualTo("party-a");
            assertThat(refusal(selfSigned(keys, "a.example").sign(), "party-a"))
                    .isEqualTo(CertificateReason.PIN_MISMATCH);
        }

        @Test
        void verify_pinnedKey_isAnyCertificateOfThatKey() throws Exception {
            KeyPair keys = TestCertificate.newKeys();
            mesh.roster =
                    Roster.of(List.of(RosterEntry.pinned(new PeerIdentity("party-a"), Pin.key(keys.getPublic()))));

            assertThat(verify(selfSigned(keys, "renewed").sign(), "party-a")
                            .identity()
                            .name())
                    .isEqualTo("party-a");
            assertThat(refusal(selfSigned(TestCertificate.newKeys(), "renewed").sign(), "party-a"))
                    .isEqualTo(CertificateReason.PIN_MISMATCH);
            assertThat(clientRefusal(
                            selfSigned(TestCertificate.newKeys(), "renewed").sign()))
                    .isEqualTo(CertificateReason.NAME_MISMATCH);
        }

        @Test
        void verify_pinnedCertificateThatHasEnded_isExpired() throws Exception {
            X509Certificate pinned =
                    selfSigned(TestCertificate.newKeys(), "a.example").sign();
            mesh.roster = Roster.of(List.of(RosterEntry.pinned(new PeerIdentity("party-a"), Pin.certificate(pinned))));
            mesh.now = NOW.plus(LIFE).plusSeconds(1);

            assertThat(refusal(pinned, "party-a")).isEqualTo(CertificateReason.EXPIRED);
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
                    Map.of())));

            assertThat(verify(pinned, "party-a").identity().name()).isEqualTo("party-a");
            assertThat(refusal(mesh.plain("a.example").get(0), "party-a")).isEqualTo(CertificateReason.PIN_MISMATCH);
        }
    }

    @Nested
    final class SemiAuto {
        private final KeyPair partyKeys = TestCertificate.newKeys();
        private final X509Certificate party =
                mesh.draft(partyKeys, "a.example", "10.0.0.1").certificate().sign();
        private final KeyPair keys = TestCertificate.newKeys();

        SemiAuto() {
            mesh.roster = Roster.of(List.of(
                    RosterEntry.semiAuto(new PeerIdentity("a.example"), mesh.anchors(), Map.of(4, INSTANCE_PCR))));
        }

        private TestMesh.Draft draft(String commonName, String... names) {
            return new TestMesh.Draft(
                    keys,
                    TestCertificate.of(keys)
                            .commonName(commonName)
                            .names(names)
                            .valid(NOW.minusSeconds(1), NOW.plus(LIFE)));
        }

        private TestMesh.Draft repeated() {
            return draft("a.example", "a.example", "10.0.0.1");
        }

        private Bytes evidence(TestMesh.Draft draft, X509Certificate signer) {
            Bytes pcr8 = Pcr.extendOfZero(CertificateBinding.sha384(der(signer)));
            return mesh.evidence(draft, document -> document.pcr(8, pcr8));
        }

        private X509Certificate leaf(TestMesh.Draft draft, X509Certificate signer, X509Certificate riding) {
            return draft.certificate()
                    .evidence(EvidenceExtension.cmw(evidence(draft, signer), der(riding)))
                    .sign();
        }

        @Test
        void verify_leafThatRepeatsThePartyCertificate_isAccepted() throws Exception {
            X509Certificate leaf = leaf(repeated(), party, party);

            assertThat(verify(leaf, "a.example").attestation()).isPresent();
            assertThat(mesh.verifier.verifyClient(List.of(leaf)).identity().name())
                    .isEqualTo("a.example");
        }

        @Test
        void verify_imageOfThePartyRunByAnotherOperator_isPinMismatch() {
            TestMesh.Draft draft = repeated();
            Bytes pcr8 = Pcr.extendOfZero(CertificateBinding.sha384(der(party)));
            Bytes evidence =
                    mesh.evidence(draft, document -> document.pcr(8, pcr8).pcr(4, Bytes.fromHex("66".repeat(48))));
            X509Certificate leaf = draft.certificate()
                    .evidence(EvidenceExtension.cmw(evidence, der(party)))
                    .sign();

            assertThat(refusal(leaf, "a.example")).isEqualTo(PolicyReason.PCR_PIN_MISMATCH);
        }

        @Test
        void verify_imageSignedByAnother_isSignerMismatch() {
            X509Certificate other = mesh.draft(TestCertificate.newKeys(), "a.example")
                    .certificate()
                    .sign();

            assertThat(refusal(leaf(repeated(), other, party), "a.example"))
                    .isEqualTo(PeerReason.IMAGE_SIGNER_MISMATCH);
        }

        @Test
        void verify_unsignedImage_isSignerMismatch() {
            TestMesh.Draft draft = repeated();
            X509Certificate leaf = draft.certificate()
                    .evidence(EvidenceExtension.cmw(mesh.evidence(draft, document -> {}), der(party)))
                    .sign();

            assertThat(refusal(leaf, "a.example")).isEqualTo(PeerReason.IMAGE_SIGNER_MISMATCH);
        }

        @Test
        void verify_partyCertificateMissing_isRefused() {
            TestMesh.Draft draft = repeated();
            X509Certificate leaf = draft.certificate()
                    .evidence(EvidenceExtension.cmw(evidence(draft, party)))
                    .sign();

            assertThat(refusal(leaf, "a.example")).isEqualTo(PeerReason.PARTY_CERTIFICATE_MISSING);
        }

        @Test
        void verify_plainLeaf_isEvidenceMissing() {
            assertThat(refusal(repeated().certificate().sign(), "a.example")).isEqualTo(PolicyReason.EVIDENCE_MISSING);
        }

        @Test
        void verify_partyCertificateThatIsNone_isMalformed() {
            TestMesh.Draft draft = repeated();
            X509Certificate leaf = draft.certificate()
                    .evidence(EvidenceExtension.cmw(evidence(draft, party), Bytes.fromHex("3000")))
                    .sign();

            assertThat(refusal(leaf, "a.example")).isEqualTo(CertificateReason.MALFORMED_CERTIFICATE);
        }

        @Test
        void verify_partyCertificateOfAnotherCa_isUntrusted() {
            KeyPair otherKeys = TestCertificate.newKeys();
            X509Certificate other = TestMesh.authority(otherKeys, "other CA");
            X509Certificate stranger = TestCertificate.of(partyKeys)
                    .commonName("a.example")
                    .names("a.example", "10.0.0.1")
                    .valid(NOW.minusSeconds(1), NOW.plus(LIFE))
                    .issuedBy(other, otherKeys)
                    .sign();

            assertThat(refusal(leaf(repeated(), stranger, stranger), "a.example"))
                    .isEqualTo(CertificateReason.UNTRUSTED_ISSUER);
        }

        @Test
        void verify_leafWithOtherNames_isRefused() {
            for (TestMesh.Draft draft : List.of(
                    draft("b.example", "a.example", "10.0.0.1"),
                    draft("a.example", "a.example"),
                    draft("a.example", "a.example", "10.0.0.1", "b.example"))) {
                assertThat(refusal(leaf(draft, party, party), "a.example")).isEqualTo(PeerReason.LEAF_NAMES_DIFFER);
            }
        }

        @Test
        void verify_leafNotSignedByItsOwnKey_isRefused() {
            KeyPair stranger = TestCertificate.newKeys();
            X509Certificate sameName = selfSigned(stranger, "a.example").sign();
            TestMesh.Draft draft = repeated();
            draft.certificate().issuedBy(sameName, stranger);

            assertThat(refusal(leaf(draft, party, party), "a.example")).isEqualTo(CertificateReason.BAD_SIGNATURE);
        }

        @Test
        void verify_leafThatHasEnded_isExpired() {
            X509Certificate leaf = leaf(repeated(), party, party);
            mesh.now = NOW.plus(LIFE).plusSeconds(1);

            assertThat(refusal(leaf, "a.example")).isEqualTo(CertificateReason.EXPIRED);
        }

        @Test
        void verify_anotherParty_isNameMismatch() {
            X509Certificate other =
                    mesh.draft(partyKeys, "b.example").certificate().sign();

            assertThat(refusal(leaf(draft("b.example", "b.example"), other, other), "a.example"))
                    .isEqualTo(CertificateReason.NAME_MISMATCH);
        }

        @Test
        void verify_pinnedPartyCertificate_isAcceptedWithoutCa() throws Exception {
            X509Certificate own = selfSigned(partyKeys, "a.example").sign();
            mesh.roster = Roster.of(List.of(new RosterEntry(
                    new PeerIdentity("party-a"),
                    NamePolicy.PINNED,
                    PeerMode.SEMI_AUTO,
                    EvidenceProfile.CMW,
                    Optional.empty(),
                    Optional.of(Pin.certificate(own)),
                    Map.of(4, INSTANCE_PCR))));
            X509Certificate leaf = leaf(draft("a.example", "a.example"), own, own);

            assertThat(verify(leaf, "party-a").identity().name()).isEqualTo("party-a");
            assertThat(mesh.verifier.verifyClient(List.of(leaf)).identity().name())
                    .isEqualTo("party-a");
            assertThat(refusal(leaf(repeated(), party, party), "party-a")).isEqualTo(CertificateReason.PIN_MISMATCH);
        }

        @Test
        void construction_withoutPinnedRole_isRefused() {
            for (Map<Integer, Bytes> pins :
                    List.of(Map.<Integer, Bytes>of(), Map.of(8, INSTANCE_PCR), Map.of(4, Bytes.of(new byte[48])))) {
                assertThatThrownBy(() -> RosterEntry.semiAuto(new PeerIdentity("a.example"), mesh.anchors(), pins))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @Nested
    final class Kms {
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
                    Map.of());
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

            assertThat(verify(leaf(Optional.empty()), "a.example").attestation())
                    .isPresent();
        }

        @Test
        void verify_documentForACertificateOrSession_isReserved() {
            mesh.roster = Roster.of(List.of(entry("a.example", NamePolicy.SAN)));
            Bytes reserved = Bytes.of("amesh-session-v1".getBytes(StandardCharsets.US_ASCII));

            assertThat(refusal(leaf(Optional.of(reserved)), "a.example")).isEqualTo(PolicyReason.RESERVED_USER_DATA);
        }

        @Test
        void verify_documentForAnotherKey_isPublicKeyMismatch() {
            mesh.roster = Roster.of(List.of(entry("a.example", NamePolicy.SAN)));
            Bytes other = mesh.evidence(TestCertificate.newKeys(), Optional.empty(), document -> {});
            X509Certificate leaf = mesh.draft(keys, "a.example")
                    .certificate()
                    .evidence(EvidenceExtension.kms(other))
                    .sign();

            assertThat(refusal(leaf, "a.example")).isEqualTo(PolicyReason.PUBLIC_KEY_MISMATCH);
        }

        @Test
        void verify_evidenceInProfileCmw_isRefused() {
            mesh.roster = Roster.of(List.of(entry("a.example", NamePolicy.SAN)));

            assertThat(refusal(mesh.chain("a.example").get(0), "a.example")).isEqualTo(PeerReason.EXTENSION_PROFILE);
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
            "party-1, party-1, arty-1, false"
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
                assertThat(verify(leaf, commonName).identity().name()).isEqualTo(commonName);
                assertThat(mesh.verifier.verifyClient(List.of(leaf)).identity().name())
                        .isEqualTo(commonName);
            } else {
                assertThat(refusal(leaf, commonName)).isEqualTo(CertificateReason.NAME_MISMATCH);
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

            assertThat(verify(leaf, "a.example").identity().name()).isEqualTo("a.example");
            assertThatThrownBy(() -> {
                        mesh.roster = Roster.of(List.of(
                                RosterEntry.fullAuto(new PeerIdentity("a.example"), TestMesh.anchors(ca), Map.of())));
                        verify(leaf, "a.example");
                    })
                    .isInstanceOf(RejectedCertificateException.class)
                    .extracting(e -> ((RejectedCertificateException) e).reason())
                    .isIn(CertificateReason.UNSUPPORTED_KEY, CertificateReason.UNTRUSTED_ISSUER);
        }

        @Test
        void verify_twoCommonNames_isNameMismatch() {
            mesh.roster = Roster.of(List.of(entry("a.example", NamePolicy.KMS)));
            X509Certificate leaf = leaf(
                    mesh.draft(keys, "a.example").certificate().subject("CN=a.example,CN=b.example"), Optional.empty());

            assertThat(refusal(leaf, "a.example")).isEqualTo(CertificateReason.NAME_MISMATCH);
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
                            Map.of(4, INSTANCE_PCR)))
                    .isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void verify_certificateThatOutlivesTheEvidence_isRefusedHereToo() {
            mesh.roster = Roster.of(List.of(entry("a.example", NamePolicy.SAN)));
            TestCertificate certificate = mesh.draft(keys, "a.example")
                    .certificate()
                    .valid(NOW.minusSeconds(1), NOW.plus(Duration.ofDays(7)));

            assertThat(refusal(leaf(certificate, Optional.empty()), "a.example"))
                    .isEqualTo(PeerReason.CERTIFICATE_OUTLIVES_EVIDENCE);
        }
    }
}
