package io.attestedmesh.attest.verify;

import static io.attestedmesh.attest.verify.EvidenceReason.*;

import io.attestedmesh.attest.der.DerException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * Certificates from a trusted root downwards, each signed by the one before it. Immutable; grows one certificate at a
 * time (RFC 5280, section 6.1, for the one profile that the Nitro PKI has).
 *
 * <p>Time is not part of it: whoever uses a chain asks {@link #requireValidAt}, which looks at every certificate.
 */
final class CheckedChain {
    private final TrustedRoot root;
    private final List<ChainCertificate> certificates;
    private final PublicKey lastKey;
    private final int mayFollow;
    private final List<X509Certificate> asX509;
    private final Instant expiresAt;

    private CheckedChain(TrustedRoot root, List<ChainCertificate> certificates, PublicKey lastKey, int mayFollow) {
        this.root = root;
        this.certificates = certificates;
        this.lastKey = lastKey;
        this.mayFollow = mayFollow;
        this.asX509 = certificates.stream().map(ChainCertificate::certificate).toList();
        this.expiresAt = certificates.stream()
                .map(ChainCertificate::notAfter)
                .min(Instant::compareTo)
                .orElseThrow();
    }

    /** The chain of the root alone, which must itself be fit to be a CA. */
    static CheckedChain startingAt(TrustedRoot root, ChainCertificate certificate, CryptoProvider crypto)
            throws RejectedEvidenceException {
        requireCa(certificate);
        return new CheckedChain(
                root,
                List.of(certificate),
                key(certificate, crypto),
                certificate.extensions().pathLength());
    }

    /** This chain and one more issuing certificate. */
    CheckedChain withCa(ChainCertificate next, CryptoProvider crypto) throws RejectedEvidenceException {
        requireCa(next);
        if (mayFollow == 0) {
            throw new RejectedEvidenceException(
                    PATH_TOO_LONG, "no CA certificate after the path length of those before", next.place());
        }
        return with(next, Math.min(mayFollow - 1, next.extensions().pathLength()), crypto);
    }

    /** This chain and the certificate of the key that signs documents. */
    CheckedChain withLeaf(ChainCertificate leaf, CryptoProvider crypto) throws RejectedEvidenceException {
        if (leaf.extensions().ca()) {
            throw new RejectedEvidenceException(LEAF_IS_A_CA, "CA false", leaf.place() + " has CA true");
        }
        requireUsage(leaf, CertificateExtensions.DIGITAL_SIGNATURE, "digitalSignature");
        return with(leaf, 0, crypto);
    }

    private CheckedChain with(ChainCertificate next, int mayFollowNext, CryptoProvider crypto)
            throws RejectedEvidenceException {
        if (!next.issuer().equals(last().subject())) {
            throw new RejectedEvidenceException(
                    ISSUER_MISMATCH, "the subject of " + last().place(), next.place() + " has another issuer");
        }
        requireSignature(next, crypto);
        List<ChainCertificate> longer = new ArrayList<>(certificates);
        longer.add(next);
        return new CheckedChain(root, List.copyOf(longer), key(next, crypto), mayFollowNext);
    }

    /** To the second, both ends included (RFC 5280, section 4.1.2.5). */
    void requireValidAt(Instant at) throws RejectedEvidenceException {
        Instant second = at.truncatedTo(ChronoUnit.SECONDS);
        for (ChainCertificate certificate : certificates) {
            if (second.isAfter(certificate.notAfter())) {
                throw new RejectedEvidenceException(
                        EVIDENCE_CHAIN_EXPIRED,
                        "verification until " + certificate.notAfter() + ", the end of " + certificate.place(),
                        second.toString());
            }
            if (second.isBefore(certificate.notBefore())) {
                throw new RejectedEvidenceException(
                        EVIDENCE_CHAIN_NOT_YET_VALID,
                        "verification from " + certificate.notBefore() + ", the start of " + certificate.place(),
                        second.toString());
            }
        }
    }

    TrustedRoot root() {
        return root;
    }

    PublicKey lastKey() {
        return lastKey;
    }

    List<X509Certificate> certificates() {
        return asX509;
    }

    /** The earliest notAfter of every certificate, the root's too. */
    Instant expiresAt() {
        return expiresAt;
    }

    private ChainCertificate last() {
        return certificates.get(certificates.size() - 1);
    }

    private void requireSignature(ChainCertificate next, CryptoProvider crypto) throws RejectedEvidenceException {
        String expected = "a signature by the key of " + last().place();
        try {
            EcdsaSignature signature = EcdsaSignature.fromDer(next.signature().toByteArray());
            if (!crypto.isSignedBy(lastKey, next.tbs().toByteArray(), signature)) {
                throw new RejectedEvidenceException(
                        BAD_CHAIN_SIGNATURE, expected, next.place() + " has one that does not verify");
            }
        } catch (DerException | GeneralSecurityException e) {
            throw new RejectedEvidenceException(
                    BAD_CHAIN_SIGNATURE, expected, next.place() + " has one that cannot be checked", e);
        }
    }

    private static void requireCa(ChainCertificate certificate) throws RejectedEvidenceException {
        if (!certificate.extensions().ca()) {
            throw new RejectedEvidenceException(NOT_A_CA, "CA true", certificate.place() + " has CA false");
        }
        requireUsage(certificate, CertificateExtensions.KEY_CERT_SIGN, "keyCertSign");
    }

    private static void requireUsage(ChainCertificate certificate, int usage, String name)
            throws RejectedEvidenceException {
        if (!certificate.extensions().allows(usage)) {
            throw new RejectedEvidenceException(KEY_USAGE, name, certificate.place() + " does not allow it");
        }
    }

    private static PublicKey key(ChainCertificate certificate, CryptoProvider crypto) throws RejectedEvidenceException {
        try {
            return crypto.publicKey(certificate.publicKeyInfo().toByteArray());
        } catch (GeneralSecurityException e) {
            throw new RejectedEvidenceException(
                    CERTIFICATE_KEY, "a point on P-384", certificate.place() + " has another", e);
        }
    }
}
