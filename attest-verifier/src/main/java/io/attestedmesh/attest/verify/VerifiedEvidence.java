package io.attestedmesh.attest.verify;

import io.attestedmesh.attest.evidence.AttestationDocument;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/** A document whose chain, signature and time were checked. Only {@link NitroVerifier} makes one. */
public final class VerifiedEvidence {
    private final AttestationDocument document;
    private final TrustedRoot root;
    private final List<X509Certificate> chain;
    private final Instant verifiedAt;
    private final Instant expiresAt;

    VerifiedEvidence(
            AttestationDocument document,
            TrustedRoot root,
            List<X509Certificate> chain,
            Instant verifiedAt,
            Instant expiresAt) {
        this.document = document;
        this.root = root;
        this.chain = List.copyOf(chain);
        this.verifiedAt = verifiedAt;
        this.expiresAt = expiresAt;
    }

    public AttestationDocument document() {
        return document;
    }

    public TrustedRoot root() {
        return root;
    }

    /** Root first, leaf last. */
    public List<X509Certificate> chain() {
        return chain;
    }

    public Instant verifiedAt() {
        return verifiedAt;
    }

    /** The earliest notAfter of every certificate in the chain. */
    public Instant expiresAt() {
        return expiresAt;
    }
}
