package io.attestedmesh.attest.tls;

/** How evidence stands in a certificate, and what it binds (docs/binding.md, "Profiles"). */
public enum EvidenceProfile {
    /** A conceptual message wrapper in extension 1.3.6.1.5.5.7.1.35; the whole certificate is bound. */
    CMW,
    /** The bare COSE_Sign1 in extension 1.2.840.113549.1.7.2, as threshold KMS networks have it; the key is bound. */
    KMS
}
