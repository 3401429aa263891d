package io.attestedmesh.attest.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.attestedmesh.attest.der.DerException;
import io.attestedmesh.attest.evidence.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes: a certificate or the one exception, never anything else. CONTRIBUTING says how to run. */
class CertificateFuzzTest {
    static Stream<byte[]> certificates() {
        return TestNitro.genuine().certificates().stream().map(Bytes::toByteArray);
    }

    static Stream<byte[]> pems() {
        return certificates()
                .map(der -> ("-----BEGIN CERTIFICATE-----\n"
                                + Base64.getMimeEncoder().encodeToString(der)
                                + "\n-----END CERTIFICATE-----\n")
                        .getBytes(StandardCharsets.US_ASCII));
    }

    @MethodSource("certificates")
    @FuzzTest
    void certificate_agreesWithThePlatformOnWhatItAccepts(byte[] input) {
        ChainCertificate read;
        try {
            read = ChainCertificate.parse(Bytes.of(input), "fuzz");
        } catch (RejectedEvidenceException e) {
            return;
        }
        assertThat(read.certificate().getNotAfter().toInstant()).isEqualTo(read.notAfter());
        assertThat(read.certificate().getNotBefore().toInstant()).isEqualTo(read.notBefore());
        assertThat(read.certificate().getVersion()).isEqualTo(3);
        assertThat(read.certificate().getBasicConstraints() >= 0)
                .isEqualTo(read.extensions().ca());
        assertThat(read.publicKeyInfo().size()).isEqualTo(120);
    }

    @MethodSource("certificates")
    @FuzzTest
    void signature_inRangeOrRefused(byte[] input) {
        EcdsaSignature read;
        try {
            read = EcdsaSignature.fromDer(input);
        } catch (DerException e) {
            return;
        }
        assertThat(read.der()).isEqualTo(input);
    }

    @MethodSource("pems")
    @FuzzTest
    void pem_rootOrRefused(byte[] input) {
        TrustedRoot read;
        try {
            read = TrustedRoot.fromPem("fuzz", new String(input, StandardCharsets.ISO_8859_1));
        } catch (CertificateException e) {
            return;
        }
        assertThat(read.simulated()).isFalse();
    }
}
