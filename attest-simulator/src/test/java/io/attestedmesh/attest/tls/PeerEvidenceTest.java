package io.attestedmesh.attest.tls;

import static io.attestedmesh.attest.tls.TestMesh.INSTANCE_PCR;
import static io.attestedmesh.attest.tls.TestMesh.LIFE;
import static io.attestedmesh.attest.tls.TestMesh.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.attestedmesh.attest.der.DerReader;
import io.attestedmesh.attest.der.DerWriter;
import io.attestedmesh.attest.evidence.AttestationRequest;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.MalformedEvidenceException;
import io.attestedmesh.attest.evidence.MalformedReason;
import io.attestedmesh.attest.evidence.Reason;
import io.attestedmesh.attest.policy.AttestationPolicy;
import io.attestedmesh.attest.policy.PolicyReason;
import io.attestedmesh.attest.simulator.hostile.HostileCloud;
import io.attestedmesh.attest.simulator.hostile.Rung;
import io.attestedmesh.attest.verify.CryptoProvider;
import io.attestedmesh.attest.verify.EvidenceReason;
import io.attestedmesh.attest.verify.NitroVerifier;
import io.attestedmesh.attest.verify.RejectedEvidenceException;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.attest.x509.RevocationLists;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Mode full-auto, profile CMW: steps 3 to 6 of docs/binding.md, "Verification". */
final class PeerEvidenceTest {
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

    // 3. evidence

    @Test
    void verify_plainCertificate_isEvidenceMissing() {
        assertThat(refusal(mesh.plain("a.example"))).isEqualTo(PolicyReason.EVIDENCE_MISSING);
        assertThat(clientRefusal(mesh.plain("a.example"))).isEqualTo(PolicyReason.EVIDENCE_MISSING);
    }

    @Test
    void verify_evidenceInTheOtherProfile_isRefused() {
        TestMesh.Draft draft = mesh.draft(TestCertificate.newKeys(), "a.example");
        X509Certificate leaf = draft.certificate()
                .evidence(EvidenceExtension.kms(mesh.evidence(draft, document -> {})))
                .sign();

        assertThat(refusal(List.of(leaf))).isEqualTo(PeerReason.EXTENSION_PROFILE);
    }

    @Test
    void verify_evidenceThatIsNone_keepsReasonAndCause() {
        RejectedCertificateException e = refused(mesh.chain(
                "a.example", document -> document.envelope(bytes -> bytes.slice(0, bytes.size() - 1))));

        assertThat(e.reason()).isInstanceOf(MalformedReason.class);
        assertThat(e).hasCauseInstanceOf(MalformedEvidenceException.class);
        assertThat(e.expected()).isNotEmpty();
    }

    @Test
    void verify_forgedSignature_keepsReasonAndCause() {
        RejectedCertificateException e = refused(mesh.chain(
                "a.example",
                document -> document.signWith(HostileCloud.newKeys("secp384r1").getPrivate())));

        assertThat(e.reason()).isEqualTo(EvidenceReason.BAD_SIGNATURE);
        assertThat(e).hasCauseInstanceOf(RejectedEvidenceException.class);
    }

    @Test
    void verify_evidenceOfAnotherCloud_isUntrustedRoot() {
        HostileCloud other = HostileCloud.at(NOW);
        TestMesh.Draft draft = mesh.draft(TestCertificate.newKeys(), "a.example");
        Bytes foreign = other.document().pcr(4, INSTANCE_PCR).sign();
        X509Certificate leaf =
                draft.certificate().evidence(EvidenceExtension.cmw(foreign)).sign();

        assertThat(refusal(List.of(leaf))).isEqualTo(EvidenceReason.UNTRUSTED_ROOT);
    }

    @Test
    void verify_evidenceWhoseLeafHasEnded_isExpiredThoughTheCertificateIsNot() {
        var ended = mesh.cloud.chain(Rung.LEAF, certificate -> certificate.notAfter(NOW.minusSeconds(1)));
        TestMesh.Draft draft = mesh.draft(TestCertificate.newKeys(), "a.example");
        X509Certificate leaf = draft.certificate()
                .evidence(EvidenceExtension.cmw(mesh.cloud.document(ended).sign()))
                .sign();

        assertThat(refusal(List.of(leaf))).isEqualTo(EvidenceReason.EVIDENCE_CHAIN_EXPIRED);
    }

    @Test
    void verify_evidenceFromTheFuture_isRefused() {
        assertThat(refusal(mesh.chain("a.example", document -> document.timestamp(NOW.plusSeconds(301)))))
                .isEqualTo(EvidenceReason.FUTURE_TIMESTAMP);
    }

    /** No library makes such a certificate or reads one, so it is put together from bytes. */
    @Test
    void appraise_evidenceExtensionTwice_isDuplicate() throws Exception {
        X509Certificate leaf = mesh.chain("a.example").get(0);
        TbsCertificate tbs = TbsCertificate.ofCertificate(leaf.getEncoded());
        Bytes[] twice = Stream.concat(
                        tbs.extensions().stream(),
                        tbs.extensions().stream()
                                .filter(extension -> extension.oid().equals(EvidenceExtension.CMW_OID)))
                .map(TbsCertificate.Extension::encoded)
                .toArray(Bytes[]::new);
        Bytes der = DerWriter.element(
                DerReader.SEQUENCE,
                DerWriter.element(
                        DerReader.SEQUENCE,
                        tbs.head(),
                        DerWriter.element(0xa3, DerWriter.element(DerReader.SEQUENCE, twice))),
                Bytes.fromHex("300a06082a8648ce3d040302"),
                DerWriter.element(0x03, Bytes.fromHex("00"), Bytes.of(leaf.getSignature())));

        assertThat(catchThrowableOfType(RejectedCertificateException.class, () -> PresentedChain.parse(der))
                        .reason())
                .isEqualTo(PeerReason.EXTENSION_DUPLICATE);
        NitroVerifier nitro = new NitroVerifier(
                List.of(mesh.cloud.trustedRoot()), CryptoProvider.fastest(), NitroVerifier.DEFAULT_CLOCK_SKEW);
        PathValidators paths = new PathValidators(
                RevocationLists.NONE, CryptoProvider.fastest().provider());
        assertThat(catchThrowableOfType(
                                RejectedCertificateException.class,
                                () -> new PeerAppraisal(nitro, mesh.policy, paths, new PresentedChain(List.of(der)))
                                        .appraise(mesh.fullAuto("a.example", Map.of()), Usage.SERVER, NOW))
                        .reason())
                .isEqualTo(PeerReason.EXTENSION_DUPLICATE);
    }

    @Test
    void verify_oneEvidenceExtensionOfEachProfile_isDuplicate() {
        TestMesh.Draft draft = mesh.draft(TestCertificate.newKeys(), "a.example");
        Bytes evidence = mesh.evidence(draft, document -> {});
        X509Certificate leaf = draft.certificate()
                .evidence(EvidenceExtension.kms(evidence))
                .evidence(EvidenceExtension.cmw(evidence))
                .sign();

        assertThat(refusal(List.of(leaf))).isEqualTo(PeerReason.EXTENSION_DUPLICATE);
    }

    // 4. binding and policy

    @Test
    void verify_evidenceCopiedFromAPeersCertificate_isPublicKeyMismatch() throws Exception {
        Bytes copied = EvidenceExtension.find(mesh.chain("b.example").get(0))
                .orElseThrow()
                .evidence();
        X509Certificate leaf = mesh.draft(TestCertificate.newKeys(), "a.example")
                .certificate()
                .evidence(EvidenceExtension.cmw(copied))
                .sign();

        assertThat(refusal(List.of(leaf))).isEqualTo(PolicyReason.PUBLIC_KEY_MISMATCH);
    }

    @Test
    void verify_evidenceOfAnotherCertificateOfTheSameKey_isUserDataMismatch() {
        KeyPair keys = TestCertificate.newKeys();
        Bytes ofB = mesh.evidence(mesh.draft(keys, "b.example"), document -> {});
        X509Certificate leaf = mesh.draft(keys, "a.example")
                .certificate()
                .evidence(EvidenceExtension.cmw(ofB))
                .sign();

        assertThat(refusal(List.of(leaf))).isEqualTo(PolicyReason.USER_DATA_MISMATCH);
    }

    @Test
    void verify_extensionAddedAfterTheEvidence_isUserDataMismatch() {
        TestMesh.Draft draft = mesh.draft(TestCertificate.newKeys(), "a.example");
        Bytes evidence = mesh.evidence(draft, document -> {});
        X509Certificate leaf = draft.certificate()
                .evidence(EvidenceExtension.cmw(evidence))
                .extension("1.2.3.4", false, new byte[] {5, 0})
                .sign();

        assertThat(refusal(List.of(leaf))).isEqualTo(PolicyReason.USER_DATA_MISMATCH);
    }

    @Test
    void verify_evidenceWithoutUserData_isUserDataMissing() {
        assertThat(refusal(mesh.chain("a.example", document -> document.set("user_data", Bytes.fromHex("f6")))))
                .isEqualTo(PolicyReason.USER_DATA_MISSING);
    }

    @Test
    void verify_evidenceWithoutKey_isPublicKeyMissing() {
        assertThat(refusal(mesh.chain("a.example", document -> document.set("public_key", Bytes.fromHex("f6")))))
                .isEqualTo(PolicyReason.PUBLIC_KEY_MISSING);
    }

    @Test
    void verify_anotherImage_isUnknownRelease() {
        for (int index = 0; index < 3; index++) {
            int changed = index;
            assertThat(refusal(mesh.chain("a.example", document -> document.pcr(changed, INSTANCE_PCR))))
                    .isEqualTo(PolicyReason.UNKNOWN_RELEASE);
        }
    }

    @Test
    void verify_debugImage_isDebugEnclave() {
        Bytes zero = Bytes.of(new byte[48]);

        assertThat(refusal(mesh.chain(
                        "a.example",
                        document -> document.pcr(0, zero).pcr(1, zero).pcr(2, zero))))
                .isEqualTo(PolicyReason.DEBUG_ENCLAVE);
    }

    @Test
    void verify_simulatedRootThatThePolicyDoesNotAllow_isRefused() {
        mesh.policy =
                AttestationPolicy.builder().referenceValues(TestMesh.release()).build();

        assertThat(refusal(mesh.chain("a.example"))).isEqualTo(PolicyReason.SIMULATED_ROOT);
    }

    // 5. registers of this very peer

    @Test
    void verify_rightImageRunByAnotherOperator_isPinMismatch() {
        mesh.roster = Roster.of(List.of(mesh.fullAuto("a.example", Map.of(4, Bytes.fromHex("55".repeat(48))))));

        assertThat(refusal(mesh.chain("a.example"))).isEqualTo(PolicyReason.PCR_PIN_MISMATCH);
    }

    @Test
    void verify_pinnedRegisterAbsent_isPinMismatch() {
        mesh.roster = Roster.of(List.of(mesh.fullAuto("a.example", Map.of(4, INSTANCE_PCR))));

        assertThat(refusal(mesh.chain("a.example", document -> document.withoutPcr(4))))
                .isEqualTo(PolicyReason.PCR_PIN_MISMATCH);
    }

    @Test
    void verify_pinnedRegisterEqual_isAccepted() throws Exception {
        mesh.roster = Roster.of(List.of(mesh.fullAuto("a.example", Map.of(4, INSTANCE_PCR))));

        assertThat(mesh.verifier
                        .verifyServer(mesh.chain("a.example"), "a.example")
                        .identity()
                        .name())
                .isEqualTo("a.example");
    }

    // 6. lives

    @Test
    void verify_certificateThatOutlivesAnyCertificateOfTheEvidence_isRefused() {
        for (Rung rung : Arrays.asList(Rung.LEAF, Rung.INSTANCE, Rung.ZONAL)) {
            var shorter = mesh.cloud.chain(
                    rung, certificate -> certificate.notAfter(NOW.plus(LIFE).minusSeconds(1)));
            TestMesh.Draft draft = mesh.draft(TestCertificate.newKeys(), "a.example");
            Bytes key = Bytes.of(draft.keys().getPublic().getEncoded());
            Bytes userData = CertificateBinding.userData(draft.certificate().tbs(), Bytes.EMPTY);
            Bytes evidence = mesh.cloud
                    .document(shorter)
                    .request(new AttestationRequest(Optional.of(key), Optional.of(userData), Optional.empty()))
                    .sign();
            X509Certificate leaf = draft.certificate()
                    .evidence(EvidenceExtension.cmw(evidence))
                    .sign();

            assertThat(refusal(List.of(leaf))).isEqualTo(PeerReason.CERTIFICATE_OUTLIVES_EVIDENCE);
        }
    }
}
