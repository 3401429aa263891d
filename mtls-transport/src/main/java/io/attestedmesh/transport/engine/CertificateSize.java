package io.attestedmesh.transport.engine;

import io.attestedmesh.attest.x509.CertificateReason;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;

/** The size of a TLS Certificate message, which some engines handle badly when it is large. */
public final class CertificateSize {
    // RFC 8446, section 4.4.2: length of the DER, and of the (empty) extensions, of each entry
    private static final int ENTRY_OVERHEAD = 5;

    private CertificateSize() {}

    /** Bytes of the entries that {@code chain} makes in a Certificate message. */
    public static int of(List<X509Certificate> chain) throws CertificateEncodingException {
        int size = 0;
        for (X509Certificate certificate : chain) {
            size += ENTRY_OVERHEAD + certificate.getEncoded().length;
        }
        return size;
    }

    /**
     * Refuses a chain that {@code engine} does not handle.
     *
     * @throws RejectedCertificateException {@link CertificateReason#CERTIFICATE_TOO_LARGE}
     */
    public static void check(List<X509Certificate> chain, TlsEngine engine) throws CertificateException {
        int size = of(chain);
        if (size > engine.maxCertificateBytes()) {
            throw new RejectedCertificateException(
                    CertificateReason.CERTIFICATE_TOO_LARGE,
                    "a certificate message of at most " + engine.maxCertificateBytes() + " bytes (engine "
                            + engine.name() + ")",
                    size + " bytes in " + chain.size() + " certificates");
        }
    }
}
