package io.attestedmesh.releases.trust;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.log.LogProof;
import io.attestedmesh.releases.root.SignedRoot;
import java.util.List;
import java.util.Optional;

/**
 * The list accepted last, in force or not: the version that none may go below.
 *
 * @param root under which it was accepted
 * @param payloadDigest SHA-384
 */
record Accepted(SignedRoot root, SignedEnvelope list, Optional<LogProof> log, long version, Bytes payloadDigest) {
    /**
     * Whether versions are still counted from it. Keys that were rotated away may have signed any version, the highest
     * one too, so what they signed must not bind those who came after (TUF, "fast-forward attack").
     */
    boolean bindsListsUnder(SignedRoot newest) {
        return root.root().keys().sameAuthorityAs(newest.root().keys());
    }

    Bundle bundle() {
        return new Bundle(List.of(root.envelope()), list, log);
    }
}
