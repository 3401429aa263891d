package io.attestedmesh.attest.tls;

/** What a peer's certificate is made of and what it must carry (docs/binding.md, "Modes"). */
public enum PeerMode {
    /** PEM files: a certification path alone; evidence in the certificate is neither demanded nor read. */
    MANUAL,
    /** The party certificate that signed the enclave image rides along; the TLS leaf is self-signed in the enclave. */
    SEMI_AUTO,
    /** The party's CA issued the TLS leaf for a key born in the enclave. */
    FULL_AUTO
}
