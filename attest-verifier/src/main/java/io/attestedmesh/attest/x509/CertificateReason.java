package io.attestedmesh.attest.x509;

import io.attestedmesh.attest.evidence.Reason;

/** Why a certification path or the name in a certificate was refused; docs/certificates.md has the rule behind each. */
public enum CertificateReason implements Reason {
    /** Not strict DER, or a field that RFC 5280 forbids or that cannot be read. */
    MALFORMED_CERTIFICATE,
    /** More bytes in one certificate than are read. */
    CERTIFICATE_TOO_LARGE,
    /** The peer sent nothing. */
    NO_CERTIFICATE,
    /** The peer sent more certificates than are looked at. */
    TOO_MANY_CERTIFICATES,
    /** Not X.509 v3. */
    UNSUPPORTED_VERSION,
    /** Zero, negative, or longer than 20 octets. */
    BAD_SERIAL_NUMBER,
    /** Two extensions with one OID. */
    DUPLICATE_EXTENSION,
    /** A critical extension that is not processed here. */
    UNKNOWN_CRITICAL_EXTENSION,
    /** An extension is critical that must not be, or the other way round. */
    WRONG_CRITICALITY,
    /** An extension that may stand in CA certificates only. */
    MISPLACED_EXTENSION,
    /** No issuer name, or no subject where one is needed. */
    EMPTY_NAME,
    /** A DNS name, address or mailbox that is none. */
    MALFORMED_NAME,
    EXPIRED,
    NOT_YET_VALID,
    /** Another key than P-256, P-384, Ed25519 or RSA from 2048 bits. */
    UNSUPPORTED_KEY,
    /** SHA-1, MD5, DSA and others. */
    UNSUPPORTED_SIGNATURE_ALGORITHM,
    /** The algorithm inside the signed part is not the one outside. */
    SIGNATURE_ALGORITHM_MISMATCH,
    BAD_SIGNATURE,
    /** No path to a configured trust anchor. */
    UNTRUSTED_ISSUER,
    /** An issuer whose certificate does not say CA:TRUE. */
    NOT_A_CA,
    /** A key identifier that is missing or contradicts another field. */
    BAD_KEY_IDENTIFIER,
    /** The key usage forbids what the key was used for, or contradicts the basic constraints. */
    KEY_USAGE,
    /** The extended key usage of the certificate, or of one of its issuers, does not cover the role. */
    EXTENDED_KEY_USAGE,
    PATH_TOO_LONG,
    /** The bound on signature checks or steps of one search was reached. */
    PATH_TOO_COMPLEX,
    /** A name outside the subtrees of an issuer, or one that cannot be compared with them. */
    NAME_CONSTRAINT,
    MALFORMED_NAME_CONSTRAINTS,
    /** An issuer requires a certificate policy that the path does not have. */
    POLICY_REQUIRED,
    NAME_MISMATCH,
    CERTIFICATE_REVOKED,
    /** Lists are configured for the issuer, but none that can be used covers the certificate. */
    REVOCATION_UNKNOWN,
    /** Neither the pinned certificate nor its key. */
    PIN_MISMATCH
}
