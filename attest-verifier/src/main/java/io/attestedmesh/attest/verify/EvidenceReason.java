package io.attestedmesh.attest.verify;

import io.attestedmesh.attest.evidence.Reason;

/** Why the verifier (steps 4 to 6) refused well-formed evidence. Names are stable labels. */
public enum EvidenceReason implements Reason {
    /** The first certificate of the bundle is, byte for byte, no trusted root. */
    UNTRUSTED_ROOT,
    /** A certificate is not DER, or not an X.509 v3 certificate as RFC 5280 writes it. */
    CERTIFICATE_ENCODING,
    /** A serial number is zero, negative or longer than 160 bits. */
    CERTIFICATE_SERIAL,
    /** A certificate is signed with another algorithm than ECDSA with SHA-384. */
    CERTIFICATE_SIGNATURE_ALGORITHM,
    /** A certificate's key is not an uncompressed point of P-384. */
    CERTIFICATE_KEY,
    /** An extension occurs twice in one certificate. */
    DUPLICATE_EXTENSION,
    /** A critical extension that this verifier does not process. */
    UNKNOWN_CRITICAL_EXTENSION,
    /** A certificate's issuer is not, byte for byte, the subject of the one before it. */
    ISSUER_MISMATCH,
    /** A certificate in the bundle lacks the CA flag. */
    NOT_A_CA,
    /** The leaf says that it is a CA. */
    LEAF_IS_A_CA,
    /** More certificates follow than a path length allows. */
    PATH_TOO_LONG,
    /** A CA without keyCertSign, or a leaf without digitalSignature. */
    KEY_USAGE,
    /** A certificate was not signed by the key of the one before it. */
    BAD_CHAIN_SIGNATURE,
    /** At the instant of verification a certificate of the chain is no longer valid. */
    EVIDENCE_CHAIN_EXPIRED,
    /** At the instant of verification a certificate of the chain is not yet valid. */
    EVIDENCE_CHAIN_NOT_YET_VALID,
    /** The document was not signed by the leaf's key. */
    BAD_SIGNATURE,
    /** The document's timestamp lies in the future by more than the clock skew. */
    FUTURE_TIMESTAMP
}
