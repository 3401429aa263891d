package io.attestedmesh.attest.x509;

import static io.attestedmesh.attest.x509.CertificateReason.BAD_SIGNATURE;
import static io.attestedmesh.attest.x509.CertificateReason.NO_CERTIFICATE;
import static io.attestedmesh.attest.x509.CertificateReason.PIN_MISMATCH;

import io.attestedmesh.attest.evidence.Bytes;
import java.security.Provider;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A peer's self-signed certificate as its own trust anchor: exactly that certificate, or any self-signed one of its key.
 * CA:TRUE and CA:FALSE are the same here. All other rules for end entities hold, and the self-signature is checked.
 * Immutable and thread-safe.
 */
public final class PinnedCertificate {
    private final Optional<Bytes> certificate;
    private final Bytes subjectPublicKeyInfo;

    private PinnedCertificate(Optional<Bytes> certificate, Bytes subjectPublicKeyInfo) {
        this.certificate = certificate;
        this.subjectPublicKeyInfo = subjectPublicKeyInfo;
    }

    /** Pins exactly this certificate. */
    public static PinnedCertificate certificate(X509Certificate pinned) throws RejectedCertificateException {
        CertificateFields fields = CertificateFields.of(pinned);
        return new PinnedCertificate(
                Optional.of(Bytes.of(fields.der())), Bytes.of(fields.key().der()));
    }

    /** Pins the key, given as DER SubjectPublicKeyInfo: certificates may be renewed with it. */
    public static PinnedCertificate key(Bytes subjectPublicKeyInfo) {
        return new PinnedCertificate(Optional.empty(), subjectPublicKeyInfo);
    }

    /** The pinned key as DER SubjectPublicKeyInfo. */
    public Bytes subjectPublicKeyInfo() {
        return subjectPublicKeyInfo;
    }

    /**
     * Checks the first certificate that a peer presented; those after it are ignored.
     *
     * @param provider checks the signature
     * @throws RejectedCertificateException PIN_MISMATCH or the rule that is broken
     */
    public CertificationPath path(
            List<X509Certificate> presented, PathValidator.Usage usage, Instant at, Provider provider)
            throws RejectedCertificateException {
        if (presented.isEmpty()) {
            throw new RejectedCertificateException(NO_CERTIFICATE, "a certificate", "none");
        }
        CertificateFields leaf = CertificateFields.of(presented.get(0));
        boolean same = certificate.map(Bytes.of(leaf.der())::equals).orElse(true)
                && subjectPublicKeyInfo.equals(Bytes.of(leaf.key().der()));
        if (!same) {
            throw new RejectedCertificateException(
                    PIN_MISMATCH,
                    certificate.isPresent() ? "the pinned certificate" : "the pinned key",
                    "the certificate of " + leaf.subject());
        }
        EndEntityRules.require(leaf, usage, at);
        SignatureCheck check = new SignatureCheck(provider);
        boolean selfSigned = leaf.selfIssued()
                && check.verifies(
                        leaf.signatureAlgorithm(),
                        leaf.key().kind(),
                        check.decode(leaf.key()),
                        leaf.signed(),
                        leaf.signature());
        if (!selfSigned) {
            throw new RejectedCertificateException(
                    BAD_SIGNATURE, "a certificate signed by its own key", "another signature");
        }
        return CertificationPath.of(List.of(leaf), Instant.MAX);
    }
}
