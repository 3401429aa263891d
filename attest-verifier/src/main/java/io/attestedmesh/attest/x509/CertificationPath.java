package io.attestedmesh.attest.x509;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * A path that was checked.
 *
 * @param certificates end entity first, trust anchor last; a pinned certificate stands alone
 * @param notAfter the earliest end of validity of all of them
 * @param validUntil until when the verdict may be remembered: {@code notAfter}, or the earliest next update of a
 *     revocation list that was asked
 */
public record CertificationPath(List<X509Certificate> certificates, Instant notAfter, Instant validUntil) {
    public CertificationPath {
        certificates = List.copyOf(certificates);
    }

    static CertificationPath of(List<CertificateFields> path, Instant nextUpdate) {
        Instant notAfter = Instant.MAX;
        for (CertificateFields fields : path) {
            Instant end = fields.validity().notAfter();
            notAfter = end.isBefore(notAfter) ? end : notAfter;
        }
        return new CertificationPath(
                path.stream().map(CertificateFields::certificate).toList(),
                notAfter,
                nextUpdate.isBefore(notAfter) ? nextUpdate : notAfter);
    }

    public X509Certificate endEntity() {
        return certificates.get(0);
    }

    public X509Certificate anchor() {
        return certificates.get(certificates.size() - 1);
    }
}
