package io.attestedmesh.releases.audit;

import java.util.List;
import java.util.function.Consumer;

/**
 * How a finding comes about, and what is as near to it as can be without being it.
 *
 * @param fault makes a clean world have the finding
 * @param near makes a clean world almost have it
 * @param companions what the fault is found as, too; the id again if it is found more than once
 */
record FindingCase(FindingId id, Consumer<AuditWorld> fault, Consumer<AuditWorld> near, List<FindingId> companions) {
    @Override
    public String toString() {
        return id.text();
    }
}
