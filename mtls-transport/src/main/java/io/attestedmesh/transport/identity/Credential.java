package io.attestedmesh.transport.identity;

import io.attestedmesh.transport.pki.PrivateKeys;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/**
 * A private key and the certificates that speak for it.
 *
 * @param privateKey EC, Ed25519 or RSA
 * @param chain the certificate of the key first, then its issuers, never empty
 */
public record Credential(PrivateKey privateKey, List<X509Certificate> chain) {
    private static final int ID_BYTES = 8;

    /**
     * Checks that the two belong together.
     *
     * @throws IllegalArgumentException if they do not, or there is no certificate
     */
    public Credential {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("a credential needs a certificate");
        }
        if (!PrivateKeys.matches(privateKey, chain.get(0).getPublicKey())) {
            throw new IllegalArgumentException("the private key is not the one of the first certificate, subject "
                    + chain.get(0).getSubjectX500Principal());
        }
    }

    public X509Certificate leaf() {
        return chain.get(0);
    }

    /** The earliest end of any certificate in the chain. */
    public Instant notAfter() {
        return chain.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .orElseThrow();
    }

    /** What both ends of a connection write into their logs about this certificate, whether or not it was accepted. */
    public String correlationId() {
        return correlationId(leaf());
    }

    /** The first 8 bytes of the SHA-256 of {@code certificate}, as 16 hexadecimal digits. */
    public static String correlationId(X509Certificate certificate) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return HexFormat.of().formatHex(digest, 0, ID_BYTES);
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("a certificate without an encoding", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Never the key. */
    @Override
    public String toString() {
        return "Credential[" + leaf().getSubjectX500Principal() + ", id " + correlationId() + "]";
    }
}
