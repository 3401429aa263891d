package io.attestedmesh.attest.tls;

import static io.attestedmesh.attest.tls.TestMesh.INSTANCE_PCR;
import static io.attestedmesh.attest.tls.TestMesh.LIFE;
import static io.attestedmesh.attest.tls.TestMesh.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Reason;
import io.attestedmesh.attest.policy.AttestationResult;
import io.attestedmesh.attest.x509.CertificateReason;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Mode full-auto, profile CMW: steps 0 to 2 of docs/binding.md, "Verification". */
final class PeerVerifierTest {
    private final TestMesh mesh = new TestMesh();

    private RejectedCertificateException refused(List<X509Certificate> chain) {
        return catchThrowableOfType(
                RejectedCertificateException.class, () -> mesh.verifier.verifyServer(chain, "a.example"));
    }

    private Reason refusal(List<X509Certificate> chain) {
        return refused(chain).reason();
    }

    private Reason clientRefusal(List<X509Certificate> chain) {
        return catchThrowableOfType(RejectedCertificateException.class, () -> mesh.verifier.verifyClient(chain))
                .reason();
    }

    @Test
    void verifyServer_attestedNode_saysWhatWasProved() throws Exception {
        AttestedPeer peer = mesh.verifier.verifyServer(mesh.chain("a.example"), "A.Example.");

        AttestationResult proved = peer.attestation().orElseThrow();
        assertThat(peer.identity()).isEqualTo(new PeerIdentity("a.example"));
        assertThat(peer.simulated()).isTrue();
        assertThat(peer.certificateExpiresAt()).isEqualTo(NOW.plus(LIFE));
        assertThat(proved.releaseName()).isEqualTo("app 1.0");
        assertThat(proved.pcrs().get(4)).contains(INSTANCE_PCR);
        assertThat(proved.verifiedAt()).isEqualTo(NOW);
    }

    @Test
    void verifyClient_attestedNode_isIdentifiedByTheRoster() throws Exception {
        assertThat(mesh.verifier.verifyClient(mesh.chain("b.example")).identity())
                .isEqualTo(new PeerIdentity("b.example"));
    }

    @Test
    void verifyServer_applicationDataBehindTheBinding_areHandedOver() throws Exception {
        TestMesh.Draft draft = mesh.draft(TestCertificate.newKeys(), "a.example");
        Bytes data = Bytes.fromHex("cafe");
        Bytes userData = CertificateBinding.userData(draft.certificate().tbs(), data);
        X509Certificate leaf = draft.certificate()
                .evidence(EvidenceExtension.cmw(mesh.evidence(draft.keys(), Optional.of(userData), document -> {})))
                .sign();

        assertThat(mesh.verifier
                        .verifyServer(List.of(leaf), "a.example")
                        .attestation()
                        .orElseThrow()
                        .applicationData())
                .isEqualTo(data);
    }

    // what was presented

    @Test
    void verify_nothing_isNoCertificate() {
        assertThat(refusal(List.of())).isEqualTo(CertificateReason.NO_CERTIFICATE);
        assertThat(clientRefusal(List.of())).isEqualTo(CertificateReason.NO_CERTIFICATE);
    }

    @Test
    void verify_moreThanEightCertificates_isRefused() {
        assertThat(refusal(Collections.nCopies(9, mesh.ca))).isEqualTo(CertificateReason.TOO_MANY_CERTIFICATES);
    }

    @Test
    void verify_moreBytesThanAnyHonestPeer_isTooLarge() {
        X509Certificate large = mesh.draft(TestCertificate.newKeys(), "a.example")
                .certificate()
                .extension("1.2.3", false, new byte[PeerVerifier.MAX_CHAIN_BYTES])
                .sign();

        assertThat(refusal(List.of(large))).isEqualTo(CertificateReason.CERTIFICATE_TOO_LARGE);
    }

    // 1. certification path

    @Test
    void verify_certificateOfAnotherCa_isUntrusted() {
        KeyPair otherKeys = TestCertificate.newKeys();
        X509Certificate other = TestMesh.authority(otherKeys, "mesh CA");
        KeyPair keys = TestCertificate.newKeys();
        TestMesh.Draft draft = new TestMesh.Draft(
                keys,
                TestCertificate.of(keys)
                        .names("a.example")
                        .valid(NOW.minusSeconds(1), NOW.plus(LIFE))
                        .issuedBy(other, otherKeys));
        List<X509Certificate> chain =
                TestMesh.with(mesh.attested(draft, document -> {}).get(0), other);

        assertThat(refused(chain).reason())
                .isInstanceOf(CertificateReason.class)
                .isNotEqualTo(CertificateReason.NAME_MISMATCH);
        assertThat(clientRefusal(chain)).isInstanceOf(CertificateReason.class);
    }

    @Test
    void verify_expiredCertificate_isExpired() {
        List<X509Certificate> chain = mesh.chain("a.example");
        mesh.now = NOW.plus(LIFE).plusSeconds(1);

        assertThat(refusal(chain)).isEqualTo(CertificateReason.EXPIRED);
    }

    @Test
    void verify_certificateForTheOtherRole_isRefused() {
        TestMesh.Draft draft = mesh.draft(TestCertificate.newKeys(), "a.example");
        draft.certificate().extension("2.5.29.37", false, HexFormat.of().parseHex("300a06082b06010505070302"));
        List<X509Certificate> forClients = mesh.attested(draft, document -> {});

        assertThat(refusal(forClients)).isEqualTo(CertificateReason.EXTENDED_KEY_USAGE);
    }

    // 2. identity

    @Test
    void verifyServer_rightImageOfAnotherNode_isNameMismatch() {
        assertThat(refusal(mesh.chain("b.example"))).isEqualTo(CertificateReason.NAME_MISMATCH);
    }

    @Test
    void verifyServer_nameInTheCommonNameOnly_isNameMismatch() {
        TestMesh.Draft draft = mesh.draft(TestCertificate.newKeys(), "b.example");
        draft.certificate().commonName("a.example");

        assertThat(refusal(mesh.attested(draft, document -> {}))).isEqualTo(CertificateReason.NAME_MISMATCH);
    }

    @Test
    void verify_wildcardThatCoversTheName_isNoIdentity() {
        List<X509Certificate> wildcard =
                mesh.attested(mesh.draft(TestCertificate.newKeys(), "*.example"), document -> {});

        assertThat(refusal(wildcard)).isEqualTo(CertificateReason.NAME_MISMATCH);
        assertThat(clientRefusal(wildcard)).isEqualTo(CertificateReason.NAME_MISMATCH);
    }

    @Test
    void verifyServer_hostOutsideTheRoster_isNotInRoster() {
        assertThat(catchThrowableOfType(
                                RejectedCertificateException.class,
                                () -> mesh.verifier.verifyServer(mesh.chain("c.example"), "c.example"))
                        .reason())
                .isEqualTo(PeerReason.NOT_IN_ROSTER);
    }

    @Test
    void verifyClient_nameOutsideTheRoster_isNameMismatch() {
        assertThat(clientRefusal(mesh.chain("c.example"))).isEqualTo(CertificateReason.NAME_MISMATCH);
    }

    @Test
    void verifyClient_emptyRoster_acceptsNobody() {
        mesh.roster = Roster.of(List.of());

        assertThat(clientRefusal(mesh.chain("a.example"))).isEqualTo(CertificateReason.NAME_MISMATCH);
    }

    @Test
    void verifyClient_namesOfTwoEntries_isTheOneWhoseCaIssuedIt() throws Exception {
        KeyPair otherKeys = TestCertificate.newKeys();
        X509Certificate other = TestMesh.authority(otherKeys, "other CA");
        mesh.roster = Roster.of(List.of(
                RosterEntry.fullAuto(new PeerIdentity("a.example"), TestMesh.anchors(other), Map.of()),
                mesh.fullAuto("b.example", Map.of())));
        TestMesh.Draft draft = mesh.draft(TestCertificate.newKeys(), "a.example", "b.example");

        assertThat(mesh.verifier
                        .verifyClient(mesh.attested(draft, document -> {}))
                        .identity()
                        .name())
                .isEqualTo("b.example");
    }

    @Test
    void verifyServer_addressInAnotherSpelling_isTheSame() throws Exception {
        mesh.roster = Roster.of(List.of(mesh.fullAuto("2001:db8::1", Map.of())));
        List<X509Certificate> chain = mesh.chain("2001:db8:0:0::1");

        assertThat(mesh.verifier.verifyServer(chain, "[2001:0db8::0:1]").identity())
                .isEqualTo(new PeerIdentity("2001:db8::1"));
        assertThat(mesh.verifier.verifyClient(chain).identity()).isEqualTo(new PeerIdentity("2001:db8::1"));
    }
}
