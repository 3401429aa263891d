package io.attestedmesh.attest.tls;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.x509.CertificateReason;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * What a peer presented, within bounds, as the exact bytes.
 *
 * @param encoded end-entity certificate first
 */
record PresentedChain(List<Bytes> encoded) {
    private static final int MAX_CERTIFICATES = 8;

    static PresentedChain of(List<X509Certificate> chain) throws RejectedCertificateException {
        if (chain.isEmpty()) {
            throw new RejectedCertificateException(
                    CertificateReason.NO_CERTIFICATE, "a certificate of the peer", "none presented");
        }
        if (chain.size() > MAX_CERTIFICATES) {
            throw new RejectedCertificateException(
                    CertificateReason.TOO_MANY_CERTIFICATES,
                    "at most " + MAX_CERTIFICATES + " certificates",
                    chain.size() + " presented");
        }
        List<Bytes> encoded = new ArrayList<>(chain.size());
        int size = 0;
        for (X509Certificate certificate : chain) {
            Bytes bytes = encode(certificate);
            size += bytes.size();
            encoded.add(bytes);
        }
        if (size > PeerVerifier.MAX_CHAIN_BYTES) {
            throw new RejectedCertificateException(
                    CertificateReason.CERTIFICATE_TOO_LARGE,
                    "certificates of at most " + PeerVerifier.MAX_CHAIN_BYTES + " bytes together",
                    size + " bytes");
        }
        return new PresentedChain(List.copyOf(encoded));
    }

    private static Bytes encode(X509Certificate certificate) throws RejectedCertificateException {
        try {
            return Bytes.of(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new RejectedCertificateException(
                    CertificateReason.MALFORMED_CERTIFICATE, "a certificate with an encoding", "none", e);
        }
    }

    Bytes leaf() {
        return encoded.get(0);
    }

    /** The same certificates as the platform reads them: a TLS engine's own classes differ in what they let pass. */
    List<X509Certificate> parse() throws RejectedCertificateException {
        List<X509Certificate> certificates = new ArrayList<>(encoded.size());
        for (Bytes bytes : encoded) {
            certificates.add(parse(bytes));
        }
        return certificates;
    }

    /** Strict first: what the platform tolerates, or refuses without saying why, is refused by name. */
    static X509Certificate parse(Bytes der) throws RejectedCertificateException {
        var unused = TbsCertificate.ofCertificate(der.toByteArray());
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(der.toByteArray()));
        } catch (CertificateException e) {
            throw new RejectedCertificateException(
                    CertificateReason.MALFORMED_CERTIFICATE, "an X.509 certificate in DER", "bytes that are none", e);
        }
    }
}
