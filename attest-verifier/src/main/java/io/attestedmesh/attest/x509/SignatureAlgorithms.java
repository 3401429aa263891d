package io.attestedmesh.attest.x509;

/** Which keys and signatures of certificates are accepted; SHA-1, MD5 and DSA by neither. */
public enum SignatureAlgorithms {
    /** ECDSA on P-256 and P-384, Ed25519, RSA from 2048 bits (PKCS #1 v1.5 or PSS), each with SHA-2 from 256 bits. */
    STANDARD,
    /** Also issuers with ECDSA keys on secp256k1, as threshold KMS networks have; never an end-entity's key. */
    KMS
}
