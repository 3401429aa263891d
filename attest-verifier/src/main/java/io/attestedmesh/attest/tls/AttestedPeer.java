package io.attestedmesh.attest.tls;

import io.attestedmesh.attest.policy.AttestationResult;
import java.time.Instant;
import java.util.Optional;

/**
 * What was proved about the other end of a connection.
 *
 * @param identity who it is, by the roster's name policy
 * @param certificateExpiresAt the earliest notAfter of its certification path
 * @param attestation what its evidence proved; empty only where the roster entry asks for no evidence (mode manual)
 */
public record AttestedPeer(
        PeerIdentity identity, Instant certificateExpiresAt, Optional<AttestationResult> attestation) {
    /** True if the evidence hangs under a simulated root. */
    public boolean simulated() {
        return attestation.map(AttestationResult::simulated).orElse(false);
    }
}
