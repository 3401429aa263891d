package io.attestedmesh.releases.audit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The audited list among the versions of it that are at hand and verified.
 *
 * @param earlier the newest first
 * @param later the oldest first
 */
record History(ListVersion now, List<ListVersion> earlier, List<ListVersion> later) {
    /** Of versions by ascending version; another list of the audited version is neither earlier nor later. */
    static History of(AuditedList list, List<AuditedList> versions) {
        List<ListVersion> earlier = new ArrayList<>();
        List<ListVersion> later = new ArrayList<>();
        for (AuditedList other : versions) {
            if (other.content().version() < list.content().version()) {
                earlier.add(ListVersion.of(other.content()));
            } else if (other.content().version() > list.content().version()) {
                later.add(ListVersion.of(other.content()));
            }
        }
        Collections.reverse(earlier);
        return new History(ListVersion.of(list.content()), List.copyOf(earlier), List.copyOf(later));
    }
}
