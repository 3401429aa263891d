package io.attestedmesh.attest.x509;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * Builds and checks a certification path (RFC 5280, section 6, with the stricter rules of docs/certificates.md).
 * Immutable and thread-safe.
 */
public final class PathValidator {
    /** What the end-entity certificate is used for. */
    public enum Usage {
        SERVER,
        CLIENT
    }

    /**
     * Finds a path from a trust anchor to the end-entity certificate and checks it at the instant {@code at}.
     *
     * @param presented the end-entity certificate first, then whatever else the peer sent, in any order
     * @return the path, end-entity certificate first, trust anchor last
     */
    public List<X509Certificate> validate(List<X509Certificate> presented, Usage usage, Instant at)
            throws RejectedCertificateException {
        throw new UnsupportedOperationException();
    }
}
