package io.attestedmesh.attest.tls;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.policy.ExpectedClaims;
import io.attestedmesh.attest.x509.CertificateReason;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * What evidence in profile {@link EvidenceProfile#CMW} says about the certificate around it: {@code user_data} =
 * {@code "amesh-cert-v1"} ‖ SHA-384(TBSCertificate without the evidence extension) ‖ application data (docs/binding.md,
 * "Binding"). So the key, names, validity, serial number and usages are bound, as in a precertificate of Certificate
 * Transparency (RFC 6962, section 3.2).
 */
public final class CertificateBinding {
    /** First bytes of the user data, which no other purpose shares. */
    public static final Bytes LABEL = Bytes.of("amesh-cert-v1".getBytes(StandardCharsets.US_ASCII));

    /** Label, digest and application data together, in bytes. */
    public static final int MAX_USER_DATA = 512;

    private static final int DIGEST = 48;

    private CertificateBinding() {}

    /**
     * Cuts the CMW evidence extension out of the bytes: all else stays byte for byte, only the enclosing lengths change,
     * and nothing is decoded and encoded again. Without such an extension the bytes stay as they are; where it was the
     * only extension, the whole field {@code extensions} goes.
     *
     * @param tbsDer DER of a TBSCertificate
     * @throws RejectedCertificateException if it is not strict DER, or an extension appears twice
     */
    public static Bytes tbsWithoutEvidence(byte[] tbsDer) throws RejectedCertificateException {
        return withoutEvidence(TbsCertificate.of(tbsDer));
    }

    static Bytes withoutEvidence(TbsCertificate tbs) {
        return tbs.without(extension -> extension.oid().equals(EvidenceExtension.CMW_OID));
    }

    /**
     * What evidence in this certificate must say: the key, by its very bytes, and in profile CMW all of the certificate.
     *
     * @throws RejectedCertificateException if the certificate is not strict DER, or an extension appears twice
     */
    public static ExpectedClaims claims(X509Certificate certificate, EvidenceProfile profile)
            throws RejectedCertificateException {
        try {
            return claims(TbsCertificate.ofCertificate(certificate.getEncoded()), profile);
        } catch (CertificateEncodingException e) {
            throw new RejectedCertificateException(
                    CertificateReason.MALFORMED_CERTIFICATE, "a certificate with an encoding", "none", e);
        }
    }

    static ExpectedClaims claims(TbsCertificate tbs, EvidenceProfile profile) {
        Optional<Bytes> bound =
                profile == EvidenceProfile.CMW ? Optional.of(userDataPrefix(withoutEvidence(tbs))) : Optional.empty();
        return new ExpectedClaims(Optional.of(tbs.publicKey()), Optional.empty(), bound);
    }

    /** Label and digest, 61 bytes: what the user data must begin with. */
    public static Bytes userDataPrefix(Bytes tbsWithoutEvidence) {
        return Bytes.concat(LABEL, tbsWithoutEvidence.sha384());
    }

    /**
     * The whole user data to ask the attester for.
     *
     * @throws IllegalArgumentException if the application data are longer than 451 bytes
     */
    public static Bytes userData(Bytes tbsWithoutEvidence, Bytes applicationData) {
        int room = MAX_USER_DATA - LABEL.size() - DIGEST;
        if (applicationData.size() > room) {
            throw new IllegalArgumentException(
                    applicationData.size() + " bytes of application data, at most " + room + " fit");
        }
        return Bytes.concat(userDataPrefix(tbsWithoutEvidence), applicationData);
    }
}
