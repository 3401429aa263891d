package io.attestedmesh.attest.x509;

import io.attestedmesh.attest.evidence.OneLine;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The CA certificates that paths may end in: roots, or intermediates that are trusted by themselves. Immutable.
 *
 * <p>Rules that need no time are checked when they are loaded, so that a wrong anchor is found at start; whether one has
 * expired, at each path. An anchor's own signature is not checked: it is trusted because it was configured.
 */
public final class TrustAnchors {
    private final List<CertificateFields> anchors;

    private TrustAnchors(List<CertificateFields> anchors) {
        this.anchors = anchors;
    }

    /**
     * Takes these certificates, at least one, as anchors.
     *
     * @throws CertificateException if one may not issue certificates or breaks RFC 5280; the message says how to make a
     *     right one, or that a self-signed peer certificate is to be pinned instead
     */
    public static TrustAnchors of(Collection<X509Certificate> certificates) throws CertificateException {
        if (certificates.isEmpty()) {
            throw new CertificateException("no trust anchor: nothing would be accepted; configure a CA certificate");
        }
        List<CertificateFields> anchors = new ArrayList<>();
        for (X509Certificate certificate : certificates) {
            CertificateFields anchor;
            try {
                anchor = CertificateFields.of(certificate);
                IssuerRules.requireAnchor(anchor);
            } catch (RejectedCertificateException refused) {
                throw new CertificateException(
                        "trust anchor " + OneLine.of(name(certificate)) + " refused: " + refused.getMessage()
                                + hint(refused),
                        refused);
            }
            anchors.add(anchor);
        }
        return new TrustAnchors(List.copyOf(anchors));
    }

    private static String name(X509Certificate certificate) {
        return "\"" + certificate.getSubjectX500Principal().getName() + "\"";
    }

    private static String hint(RejectedCertificateException refused) {
        return refused.reason() == CertificateReason.NOT_A_CA
                ? "; make a CA with basicConstraints=critical,CA:TRUE and keyUsage=critical,keyCertSign,cRLSign"
                        + " (amesh pki ca), or pin this certificate if it is a peer's own"
                : "; make a new one with amesh pki ca, or with openssl req -x509 and its v3_ca extensions";
    }

    /** The anchors in the order they were given. */
    public List<X509Certificate> certificates() {
        return anchors.stream().map(CertificateFields::certificate).toList();
    }

    /** True if both are the same certificates in the same order. */
    @Override
    public boolean equals(Object other) {
        return other instanceof TrustAnchors those && certificates().equals(those.certificates());
    }

    @Override
    public int hashCode() {
        return certificates().hashCode();
    }

    List<CertificateFields> fields() {
        return anchors;
    }
}
