package io.attestedmesh.attest.policy;

import io.attestedmesh.attest.evidence.Reason;

/** Why the policy (steps 7 to 9) refused verified evidence. Names are stable: metric labels and part of JSON output. */
public enum PolicyReason implements Reason {
    /** Evidence was demanded and none was presented. */
    EVIDENCE_MISSING,
    /** Step 7: a nonce was asked for and the document has none. */
    NONCE_MISSING,
    NONCE_MISMATCH,
    /** Step 8: the document names no key. */
    PUBLIC_KEY_MISSING,
    PUBLIC_KEY_MISMATCH,
    USER_DATA_MISSING,
    USER_DATA_MISMATCH,
    /** The user data begins with {@code amesh-}, so the document was made for another purpose than a bare key. */
    RESERVED_USER_DATA,
    /** The application's own check refused what stands behind the bound prefix of the user data. */
    APPLICATION_DATA,
    /** Step 9: a required register is absent. */
    PCR_MISSING,
    /** A required register is all zero: nothing was measured into it. */
    PCR_ZERO,
    /** A register differs from the value pinned for this peer. */
    PCR_PIN_MISMATCH,
    DEBUG_ENCLAVE,
    /** Later evidence of one peer comes from another enclave than its earlier evidence: key and evidence were parted. */
    OTHER_ENCLAVE,
    SIMULATED_ROOT,
    TOO_OLD,
    /** No release has these registers. */
    UNKNOWN_RELEASE,
    /** A release with these registers was revoked; beats every other release that has them too. */
    RELEASE_REVOKED,
    /** The release with these registers begins later. */
    RELEASE_NOT_YET_VALID,
    /** The release with these registers has ended. */
    RELEASE_EXPIRED,
    /** The list of releases itself has ended and no newer one came: nothing is accepted any more. */
    RELEASES_EXPIRED,
    /** There has been no list of releases yet. */
    RELEASES_UNAVAILABLE
}
