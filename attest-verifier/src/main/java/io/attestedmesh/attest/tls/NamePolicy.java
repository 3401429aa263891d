package io.attestedmesh.attest.tls;

/** How a certificate shows that it belongs to the identity of a roster entry (docs/binding.md, "Names"). */
public enum NamePolicy {
    /** The identity is one of the DNS names or IP addresses among the SANs, literally; the CN is ignored. */
    SAN,
    /** The identity is the subject's CN, stands among the DNS SANs, and the issuer's CN equals it or its suffix. */
    KMS,
    /** The certificate, or its key, is the one written down in the roster; names in it are ignored. */
    PINNED
}
