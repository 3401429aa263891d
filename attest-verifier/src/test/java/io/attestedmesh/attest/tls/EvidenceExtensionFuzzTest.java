package io.attestedmesh.attest.tls;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import java.util.Optional;

/** Whatever a peer sends is refused by name, or read so that writing it again changes nothing that matters. */
final class EvidenceExtensionFuzzTest {
    @FuzzTest
    void messageWrapper(byte[] extensionValue) {
        try {
            MessageWrapper read = MessageWrapper.read(Bytes.of(extensionValue));
            require(MessageWrapper.read(read.encode()).equals(read), "what was read is not what is written");
        } catch (RejectedCertificateException e) {
            require(!e.expected().isEmpty(), "a refusal that does not say what was expected");
        }
    }

    @FuzzTest
    void tbsCertificate(byte[] der) {
        try {
            TbsCertificate tbs = TbsCertificate.of(der);
            Bytes spliced = CertificateBinding.withoutEvidence(tbs);
            TbsCertificate again = TbsCertificate.of(spliced.toByteArray());

            require(tbs.without(extension -> false).equals(Bytes.of(der)), "the bytes are not what was cut up");
            require(CertificateBinding.withoutEvidence(again).equals(spliced), "splicing twice is not splicing once");
            require(again.head().equals(tbs.head()), "the head has changed");
            Optional<EvidenceExtension> left = EvidenceExtension.find(again);
            require(left.map(found -> found.profile() == EvidenceProfile.KMS).orElse(true), "evidence is still there");
            EvidenceExtension.find(tbs);
        } catch (RejectedCertificateException e) {
            require(!e.expected().isEmpty(), "a refusal that does not say what was expected");
        }
    }

    private static void require(boolean condition, String broken) {
        if (!condition) {
            throw new AssertionError(broken);
        }
    }
}
