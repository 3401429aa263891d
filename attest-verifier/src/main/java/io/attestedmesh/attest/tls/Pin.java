package io.attestedmesh.attest.tls;

import io.attestedmesh.attest.evidence.Bytes;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * A certificate written down exactly, or only its key.
 *
 * @param publicKey DER SubjectPublicKeyInfo
 * @param certificate DER of the certificate, empty if only the key is pinned
 */
public record Pin(Bytes publicKey, Optional<Bytes> certificate) {
    public Pin {
        if (publicKey.isEmpty() || certificate.filter(Bytes::isEmpty).isPresent()) {
            throw new IllegalArgumentException("an empty pin");
        }
    }

    public static Pin certificate(X509Certificate certificate) throws CertificateEncodingException {
        return new Pin(
                Bytes.of(certificate.getPublicKey().getEncoded()), Optional.of(Bytes.of(certificate.getEncoded())));
    }

    /** Pins the key: the certificate around it may be renewed. */
    public static Pin key(PublicKey key) {
        return new Pin(Bytes.of(key.getEncoded()), Optional.empty());
    }

    boolean hasKeyOf(X509Certificate presented) {
        return publicKey.equals(Bytes.of(presented.getPublicKey().getEncoded()));
    }

    boolean matches(X509Certificate presented) {
        try {
            return certificate.isPresent()
                    ? certificate.get().equals(Bytes.of(presented.getEncoded()))
                    : hasKeyOf(presented);
        } catch (CertificateEncodingException e) {
            return false;
        }
    }
}
