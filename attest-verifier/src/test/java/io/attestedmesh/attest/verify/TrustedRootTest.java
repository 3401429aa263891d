package io.attestedmesh.attest.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Vectors;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrustedRootTest {
    @Test
    void awsRoot_isTheOneThatAwsPublishes() {
        TrustedRoot root = TrustedRoot.awsNitroG1();

        assertThat(root.fingerprint().hex())
                .isEqualTo("641a0321a3e244efe456463195d606317ed7cdcc3c1756e09893f3c68f79bb5b");
        assertThat(root.certificate().getSubjectX500Principal().getName()).contains("CN=aws.nitro-enclaves");
        assertThat(root.simulated()).isFalse();
    }

    @Test
    void awsRoot_isByteForByteTheSharedOne() throws Exception {
        assertThat(TrustedRoot.fromPem("shared", Vectors.text("nitro/aws_nitro_root_g1.pem"))
                        .certificate())
                .isEqualTo(TrustedRoot.awsNitroG1().certificate());
    }

    @Test
    void simulatorsRoot_refusedAsHardwareWithAHint() {
        X509Certificate simulated = simulatorsRoot();

        assertThatThrownBy(() -> TrustedRoot.of("mine", simulated))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("insecure simulated root");
        assertThatThrownBy(() -> TrustedRoot.fromPem("mine", pem(simulated))).isInstanceOf(CertificateException.class);
        assertThatThrownBy(() -> new TrustedRoot("mine", simulated, false))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void simulatorsRoot_namedInsecure_isMarkedSimulated() {
        assertThat(TrustedRoot.insecureSimulated(simulatorsRoot()).simulated()).isTrue();
    }

    @Test
    void rootOfAnotherPartition_accepted() throws Exception {
        X509Certificate other = TestNitro.genuine().root().certificate();

        TrustedRoot root = TrustedRoot.fromPem("partition", "\n" + pem(other) + "\n\n");

        assertThat(root.certificate()).isEqualTo(other);
        assertThat(root.name()).isEqualTo("partition");
        assertThat(root.simulated()).isFalse();
    }

    @Test
    void certificateThatCannotSignDocuments_refused() {
        X509Certificate p256 = TestNitro.x509(new CertificateSpec(
                        "p256",
                        TestNitro.keyPair("secp256r1").getPublic(),
                        "p256",
                        TestNitro.privateKey(TestNitro.ROOT))
                .valid(TestNitro.start(0), TestNitro.end(0))
                .caWithoutLimit()
                .keyUsage(TestNitro.CERT_SIGN)
                .sign());

        assertThatThrownBy(() -> TrustedRoot.of("p256", p256))
                .isInstanceOf(CertificateException.class)
                .hasRootCauseInstanceOf(RejectedEvidenceException.class);
    }

    @Test
    void pemThatIsNotOneCertificate_refused() throws Exception {
        String one = pem(TrustedRoot.awsNitroG1().certificate());
        for (String pem : List.of(
                "",
                "x",
                one + one,
                "text before " + one,
                one + " text after",
                one.replace("CERTIFICATE", "PRIVATE KEY"),
                one.replaceFirst("MI", "!!"),
                one.substring(0, 200),
                "-----BEGIN CERTIFICATE----------END CERTIFICATE-----",
                "-----BEGIN CERTIFICATE-----END CERTIFICATE-----",
                "-----BEGIN CERTIFICATE-----",
                one.replace("\n", "\n".repeat(2000)))) {
            assertThatThrownBy(() -> TrustedRoot.fromPem("it", pem)).isInstanceOf(CertificateException.class);
        }
    }

    private static X509Certificate simulatorsRoot() {
        return TestNitro.x509(new CertificateSpec(
                        TrustedRoot.SIMULATOR_ORGANISATION,
                        TestNitro.keys(0).getPublic(),
                        TrustedRoot.SIMULATOR_ORGANISATION,
                        TestNitro.privateKey(0))
                .valid(TestNitro.start(0), TestNitro.end(0))
                .caWithoutLimit()
                .keyUsage(TestNitro.CERT_SIGN)
                .sign());
    }

    private static String pem(X509Certificate certificate) throws CertificateException {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }
}
