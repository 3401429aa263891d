package io.attestedmesh.attest.policy;

import io.attestedmesh.attest.evidence.PcrBank;
import java.util.Optional;

/**
 * The code that may talk to us (RFC 9334, section 8.3). An instance is an immutable snapshot: a changed list is another
 * instance, and verdicts reached under the old one are forgotten.
 */
@FunctionalInterface
public interface ReferenceValues {
    /** The name of the release that has these registers, or empty if no release has: then the evidence is refused. */
    Optional<String> releaseOf(PcrBank pcrs);
}
