package io.attestedmesh.attest.x509;

import static io.attestedmesh.attest.x509.CertificateReason.MALFORMED_CERTIFICATE;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;

/**
 * Reads certificates as DER and nothing looser: minimal definite lengths, canonical booleans, dates that exist, no
 * extension twice, no bytes after the end, at most {@link #LARGEST} bytes. {@link PathValidator} and
 * {@link PinnedCertificate} apply the same to every certificate by themselves.
 */
public final class CertificateStrictness {
    /** The largest certificate in bytes. */
    public static final int LARGEST = CertificateFields.LARGEST;

    private CertificateStrictness() {}

    /** Parses one DER certificate. */
    public static X509Certificate parse(byte[] der) throws RejectedCertificateException {
        CertificateFields.requireSize(der);
        X509Certificate certificate;
        try {
            certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            if (!Arrays.equals(certificate.getEncoded(), der)) {
                throw new RejectedCertificateException(
                        MALFORMED_CERTIFICATE, "one certificate and nothing else", "other bytes");
            }
        } catch (RejectedCertificateException refused) {
            throw refused;
        } catch (CertificateException malformed) {
            throw new RejectedCertificateException(
                    MALFORMED_CERTIFICATE, "a certificate in DER", "other bytes", malformed);
        }
        check(certificate);
        return certificate;
    }

    /** Checks a certificate that was parsed elsewhere, by its encoding. */
    public static void check(X509Certificate certificate) throws RejectedCertificateException {
        CertificateFields.of(certificate);
    }
}
