package io.attestedmesh.cli.evidence;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.policy.ExpectedClaims;
import io.attestedmesh.attest.tls.CertificateBinding;
import io.attestedmesh.attest.tls.EvidenceExtension;
import io.attestedmesh.attest.tls.EvidenceProfile;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Evidence found in a certificate.
 *
 * @param binding what the document must say about that certificate: its key and, in profile CMW, all of it
 */
record CertificateInput(Bytes evidence, ExpectedClaims binding) {
    private static final String PEM = "-----BEGIN ";

    /**
     * True of PEM text (a document may hold such text too, but is not text as a whole), and of DER: a SEQUENCE with a
     * two-byte length, which no COSE_Sign1 begins with.
     */
    static boolean looksLike(byte[] content) {
        boolean der = content.length > 4 && content[0] == 0x30 && content[1] == (byte) 0x82;
        return der || (TextEncoding.isText(content) && new String(content, StandardCharsets.US_ASCII).contains(PEM));
    }

    static List<X509Certificate> read(byte[] content) throws UnreadableInputException {
        try {
            List<X509Certificate> certificates = new ArrayList<>();
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(content))) {
                certificates.add((X509Certificate) certificate);
            }
            return certificates;
        } catch (CertificateException e) {
            throw new UnreadableInputException(
                    InputReason.CERTIFICATE_UNREADABLE, "certificates in PEM or DER", e.getMessage());
        }
    }

    static Optional<CertificateInput> find(X509Certificate certificate) throws RejectedCertificateException {
        Optional<EvidenceExtension> extension = EvidenceExtension.find(certificate);
        return extension.isEmpty()
                ? Optional.empty()
                : Optional.of(new CertificateInput(
                        extension.get().evidence(),
                        binding(certificate, extension.get().profile())));
    }

    private static ExpectedClaims binding(X509Certificate certificate, EvidenceProfile profile)
            throws RejectedCertificateException {
        Optional<Bytes> key = Optional.of(Bytes.of(certificate.getPublicKey().getEncoded()));
        if (profile == EvidenceProfile.KMS) {
            return new ExpectedClaims(key, Optional.empty(), Optional.empty());
        }
        try {
            Bytes bound = CertificateBinding.tbsWithoutEvidence(certificate.getTBSCertificate());
            return new ExpectedClaims(key, Optional.empty(), Optional.of(CertificateBinding.userDataPrefix(bound)));
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read from its encoding has one", e);
        }
    }
}
