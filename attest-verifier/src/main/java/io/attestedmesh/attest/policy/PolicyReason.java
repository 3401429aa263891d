package io.attestedmesh.attest.policy;

import io.attestedmesh.attest.evidence.Reason;

/** Why the policy (steps 7 to 9) refused verified evidence. */
public enum PolicyReason implements Reason {
    DEBUG_ENCLAVE,
    SIMULATED_ROOT,
    UNKNOWN_RELEASE
}
