package io.attestedmesh.voting.coordination;

import java.util.Optional;

/**
 * How a compare-and-set ended.
 *
 * @param done whether the row was written
 * @param present if not, what stands there instead; empty if there is no row
 */
public record Swap(boolean done, Optional<StoredOutcome> present) {
    static final Swap DONE = new Swap(true, Optional.empty());
}
