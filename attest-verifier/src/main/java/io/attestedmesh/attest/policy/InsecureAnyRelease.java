package io.attestedmesh.attest.policy;

import io.attestedmesh.attest.evidence.PcrBank;
import java.time.Instant;

/**
 * Takes any code for a known release: a genuine enclave is proved, what runs in it is not. For audits of documents, and
 * for looking at the first registers of a new image.
 */
public final class InsecureAnyRelease implements ReferenceValues {
    /** The release name in results. */
    public static final String NAME = "any";

    @Override
    public KnownRelease releaseOf(PcrBank pcrs, Instant at) {
        return KnownRelease.withoutEnd(NAME);
    }
}
