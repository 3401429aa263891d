package io.attestedmesh.attest.tls;

import io.attestedmesh.attest.evidence.Reason;

/**
 * Why a peer was refused by the rules of this package, beyond those of paths, evidence and policy. Names are stable:
 * metric labels and part of JSON output.
 */
public enum PeerReason implements Reason {
    /** A verifier of servers was asked about a client, or the other way round. */
    WRONG_DIRECTION,
    /** The handshake does not say which server was meant, so its identity cannot be checked. */
    HOST_UNKNOWN,
    /** No entry of the roster has this name. */
    NOT_IN_ROSTER,
    /** Two evidence extensions, of one profile or of both. */
    EXTENSION_DUPLICATE,
    EXTENSION_CRITICAL,
    EXTENSION_MALFORMED,
    EXTENSION_TOO_LARGE,
    /** The JSON form of a conceptual message wrapper, which is not read. */
    EXTENSION_JSON,
    /** A wrapped message of another media type. */
    EXTENSION_TYPE,
    /** A wrapped message that does not say that it is evidence (or, for a certificate, an endorsement). */
    EXTENSION_INDICATOR,
    /** Evidence in another profile than the roster entry's. */
    EXTENSION_PROFILE,
    /** Mode semi-auto: the certificate that signed the image does not ride along. */
    PARTY_CERTIFICATE_MISSING,
    /** Mode semi-auto: the leaf does not repeat the names of the party certificate. */
    LEAF_NAMES_DIFFER,
    /** Mode semi-auto: PCR8 is not the extend of the party certificate's digest. */
    IMAGE_SIGNER_MISMATCH,
    /** The certificate ends after the chain of its evidence. */
    CERTIFICATE_OUTLIVES_EVIDENCE,
    /** Another enclave (module id) than the one pinned for this peer. */
    MODULE_PIN_MISMATCH,
    /** The roster demands evidence in the session, and there was none in this connection. */
    FRESHNESS_MISMATCH
}
