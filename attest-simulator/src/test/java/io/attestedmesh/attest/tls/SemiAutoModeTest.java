package io.attestedmesh.attest.tls;

import static io.attestedmesh.attest.tls.TestMesh.INSTANCE_PCR;
import static io.attestedmesh.attest.tls.TestMesh.LIFE;
import static io.attestedmesh.attest.tls.TestMesh.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Pcr;
import io.attestedmesh.attest.policy.PolicyReason;
import io.attestedmesh.attest.x509.CertificateReason;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Mode semi-auto: the party certificate rides along (docs/binding.md, "Modes"). */
final class SemiAutoModeTest {
    private final TestMesh mesh = new TestMesh();
    private final KeyPair partyKeys = TestCertificate.newKeys();
    private final X509Certificate party =
            mesh.draft(partyKeys, "a.example", "10.0.0.1").certificate().sign();
    private final KeyPair keys = TestCertificate.newKeys();

    SemiAutoModeTest() {
        mesh.roster = Roster.of(
                List.of(RosterEntry.semiAuto(new PeerIdentity("a.example"), mesh.anchors(), Map.of(4, INSTANCE_PCR))));
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
        Bytes pcr8 = Pcr.extendOfZero(TestMesh.der(signer).sha384());
        return mesh.evidence(draft, document -> document.pcr(8, pcr8));
    }

    private X509Certificate leaf(TestMesh.Draft draft, X509Certificate signer, X509Certificate riding) {
        return draft.certificate()
                .evidence(EvidenceExtension.cmw(evidence(draft, signer), TestMesh.der(riding)))
                .sign();
    }

    @Test
    void verify_leafThatRepeatsThePartyCertificate_isAccepted() throws Exception {
        X509Certificate leaf = leaf(repeated(), party, party);

        assertThat(mesh.verify(leaf, "a.example").attestation()).isPresent();
        assertThat(mesh.verifier.verifyClient(List.of(leaf)).identity().name()).isEqualTo("a.example");
    }

    private static RosterEntry pinnedParty(String name, X509Certificate party) throws Exception {
        return new RosterEntry(
                new PeerIdentity(name),
                NamePolicy.PINNED,
                PeerMode.SEMI_AUTO,
                EvidenceProfile.CMW,
                Optional.empty(),
                Optional.of(Pin.certificate(party)),
                Map.of(4, INSTANCE_PCR),
                Optional.empty(),
                Freshness.CERTIFICATE);
    }

    @Test
    void verifyClient_afterManyPinnedParties_isFoundByItsOwn() throws Exception {
        List<RosterEntry> entries = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            X509Certificate other = TestMesh.selfSigned(TestCertificate.newKeys(), "p" + i + ".example")
                    .sign();
            entries.add(pinnedParty("party-" + i, other));
        }
        X509Certificate own = TestMesh.selfSigned(partyKeys, "a.example").sign();
        entries.add(pinnedParty("party-a", own));
        X509Certificate pinned =
                TestMesh.selfSigned(TestCertificate.newKeys(), "m.example").sign();
        entries.add(RosterEntry.pinned(new PeerIdentity("manual-a"), Pin.certificate(pinned)));
        mesh.roster = Roster.of(entries);

        assertThat(mesh.verifier.verifyClient(List.of(pinned)).identity().name())
                .isEqualTo("manual-a");
        X509Certificate leaf = leaf(draft("a.example", "a.example"), own, own);
        assertThat(mesh.verifier.verifyClient(List.of(leaf)).identity().name()).isEqualTo("party-a");
    }

    @Test
    void verifyClient_pinnedPartiesOnlyAndNoEvidence_isEvidenceMissing() throws Exception {
        mesh.roster = Roster.of(List.of(pinnedParty("party-a", party)));

        assertThat(mesh.clientRefusal(repeated().certificate().sign())).isEqualTo(PolicyReason.EVIDENCE_MISSING);
    }

    @Test
    void verify_imageOfThePartyRunByAnotherOperator_isPinMismatch() {
        TestMesh.Draft draft = repeated();
        Bytes pcr8 = Pcr.extendOfZero(TestMesh.der(party).sha384());
        Bytes evidence = mesh.evidence(draft, document -> document.pcr(8, pcr8).pcr(4, Bytes.fromHex("66".repeat(48))));
        X509Certificate leaf = draft.certificate()
                .evidence(EvidenceExtension.cmw(evidence, TestMesh.der(party)))
                .sign();

        assertThat(mesh.refusal(leaf, "a.example")).isEqualTo(PolicyReason.PCR_PIN_MISMATCH);
    }

    @Test
    void verify_imageSignedByAnother_isSignerMismatch() {
        X509Certificate other =
                mesh.draft(TestCertificate.newKeys(), "a.example").certificate().sign();

        assertThat(mesh.refusal(leaf(repeated(), other, party), "a.example"))
                .isEqualTo(PeerReason.IMAGE_SIGNER_MISMATCH);
    }

    @Test
    void verify_unsignedImage_isSignerMismatch() {
        TestMesh.Draft draft = repeated();
        X509Certificate leaf = draft.certificate()
                .evidence(EvidenceExtension.cmw(mesh.evidence(draft, document -> {}), TestMesh.der(party)))
                .sign();

        assertThat(mesh.refusal(leaf, "a.example")).isEqualTo(PeerReason.IMAGE_SIGNER_MISMATCH);
    }

    @Test
    void verify_partyCertificateMissing_isRefused() {
        TestMesh.Draft draft = repeated();
        X509Certificate leaf = draft.certificate()
                .evidence(EvidenceExtension.cmw(evidence(draft, party)))
                .sign();

        assertThat(mesh.refusal(leaf, "a.example")).isEqualTo(PeerReason.PARTY_CERTIFICATE_MISSING);
    }

    @Test
    void verify_plainLeaf_isEvidenceMissing() {
        assertThat(mesh.refusal(repeated().certificate().sign(), "a.example")).isEqualTo(PolicyReason.EVIDENCE_MISSING);
    }

    @Test
    void verify_partyCertificateThatIsNone_isMalformed() {
        TestMesh.Draft draft = repeated();
        X509Certificate leaf = draft.certificate()
                .evidence(EvidenceExtension.cmw(evidence(draft, party), Bytes.fromHex("3000")))
                .sign();

        assertThat(mesh.refusal(leaf, "a.example")).isEqualTo(CertificateReason.MALFORMED_CERTIFICATE);
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

        assertThat(mesh.refusal(leaf(repeated(), stranger, stranger), "a.example"))
                .isEqualTo(CertificateReason.UNTRUSTED_ISSUER);
    }

    @Test
    void verify_leafWithOtherNames_isRefused() {
        for (TestMesh.Draft draft : List.of(
                draft("b.example", "a.example", "10.0.0.1"),
                draft("a.example", "a.example"),
                draft("a.example", "a.example", "10.0.0.1", "b.example"))) {
            assertThat(mesh.refusal(leaf(draft, party, party), "a.example")).isEqualTo(PeerReason.LEAF_NAMES_DIFFER);
        }
    }

    @Test
    void verify_leafNotSignedByItsOwnKey_isRefused() {
        KeyPair stranger = TestCertificate.newKeys();
        X509Certificate sameName = TestMesh.selfSigned(stranger, "a.example").sign();
        TestMesh.Draft draft = repeated();
        draft.certificate().issuedBy(sameName, stranger);

        assertThat(mesh.refusal(leaf(draft, party, party), "a.example")).isEqualTo(CertificateReason.BAD_SIGNATURE);
    }

    @Test
    void verify_leafThatHasEnded_isExpired() {
        X509Certificate leaf = leaf(repeated(), party, party);
        mesh.now = NOW.plus(LIFE).plusSeconds(1);

        assertThat(mesh.refusal(leaf, "a.example")).isEqualTo(CertificateReason.EXPIRED);
    }

    @Test
    void verify_anotherParty_isNameMismatch() {
        X509Certificate other = mesh.draft(partyKeys, "b.example").certificate().sign();

        assertThat(mesh.refusal(leaf(draft("b.example", "b.example"), other, other), "a.example"))
                .isEqualTo(CertificateReason.NAME_MISMATCH);
    }

    @Test
    void verify_pinnedPartyCertificate_isAcceptedWithoutCa() throws Exception {
        X509Certificate own = TestMesh.selfSigned(partyKeys, "a.example").sign();
        mesh.roster = Roster.of(List.of(new RosterEntry(
                new PeerIdentity("party-a"),
                NamePolicy.PINNED,
                PeerMode.SEMI_AUTO,
                EvidenceProfile.CMW,
                Optional.empty(),
                Optional.of(Pin.certificate(own)),
                Map.of(4, INSTANCE_PCR),
                Optional.empty(),
                Freshness.CERTIFICATE)));
        X509Certificate leaf = leaf(draft("a.example", "a.example"), own, own);

        assertThat(mesh.verify(leaf, "party-a").identity().name()).isEqualTo("party-a");
        assertThat(mesh.verifier.verifyClient(List.of(leaf)).identity().name()).isEqualTo("party-a");
        assertThat(mesh.refusal(leaf(repeated(), party, party), "party-a")).isEqualTo(CertificateReason.PIN_MISMATCH);
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
