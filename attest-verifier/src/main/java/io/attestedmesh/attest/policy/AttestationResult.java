package io.attestedmesh.attest.policy;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.PcrBank;
import java.time.Instant;

/**
 * What an accepted document proved (RFC 9334, section 8.4).
 *
 * @param moduleId id of the enclave as the NSM gave it
 * @param pcrs all registers of the document
 * @param release the release that {@link ReferenceValues} found
 * @param debug true only where the policy allows debug enclaves
 * @param simulated true only where a simulated root was configured by hand
 * @param applicationData what stands behind the bound prefix of user_data; empty bytes if nothing does
 * @param documentTime when the NSM made the document
 * @param verifiedAt the time of this verdict
 * @param expiresAt the earliest notAfter of the document's chain
 */
public record AttestationResult(
        String moduleId,
        PcrBank pcrs,
        KnownRelease release,
        boolean debug,
        boolean simulated,
        Bytes applicationData,
        Instant documentTime,
        Instant verifiedAt,
        Instant expiresAt) {
    /** The name of {@link #release}. */
    public String releaseName() {
        return release.name();
    }
}
