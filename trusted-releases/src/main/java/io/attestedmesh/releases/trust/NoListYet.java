package io.attestedmesh.releases.trust;

import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.attest.policy.KnownRelease;
import io.attestedmesh.attest.policy.PolicyReason;
import io.attestedmesh.attest.policy.ReferenceValues;
import io.attestedmesh.attest.verify.RejectedEvidenceException;
import java.time.Instant;

/** Refuses everything until there is a list. */
final class NoListYet implements ReferenceValues {
    @Override
    public KnownRelease releaseOf(PcrBank pcrs, Instant at) throws RejectedEvidenceException {
        throw new RejectedEvidenceException(
                PolicyReason.RELEASES_UNAVAILABLE, "a verified list of releases", "none since the start");
    }
}
