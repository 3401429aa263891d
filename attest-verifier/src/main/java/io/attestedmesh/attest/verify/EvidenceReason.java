package io.attestedmesh.attest.verify;

import io.attestedmesh.attest.evidence.Reason;

/** Why the verifier (steps 4 to 6) refused well-formed evidence. */
public enum EvidenceReason implements Reason {
    /** The first certificate of the bundle is no trusted root. */
    UNTRUSTED_ROOT
}
