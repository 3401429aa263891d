package io.attestedmesh.transport.session;

import io.attestedmesh.attest.evidence.Reason;

/** Why session attestation ended without a verdict about evidence. Names are stable: metric labels, and on the wire. */
public enum SessionReason implements Reason {
    /** What the peer sent is no frame of the protocol, or not the one whose turn it was. */
    BAD_FRAME,
    /** The connection ended before the exchange did. */
    TRUNCATED,
    /** The peer took longer than an exchange may. */
    TIMEOUT,
    /** Our own attester made no document in time. */
    NO_DOCUMENT,
    /** We failed to appraise the peer's evidence. */
    NO_VERDICT
}
