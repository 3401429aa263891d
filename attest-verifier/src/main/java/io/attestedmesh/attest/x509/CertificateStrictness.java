package io.attestedmesh.attest.x509;

import static io.attestedmesh.attest.x509.CertificateReason.MALFORMED_CERTIFICATE;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;

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
        CertificateFields.requireStrict(der);
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException unreadable) {
            throw new RejectedCertificateException(
                    MALFORMED_CERTIFICATE, "a certificate that this Java can read", "another", unreadable);
        }
    }

    /** Checks a certificate that was parsed elsewhere, by its encoding. */
    public static void check(X509Certificate certificate) throws RejectedCertificateException {
        CertificateFields.of(certificate);
    }
}
