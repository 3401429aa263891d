package io.attestedmesh.releases.audit;

import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.ReleaseList;
import java.util.Map;

/** A version of a list, by title and by code. */
record ListVersion(ReleaseList list, Map<String, Release> byTitle, AcceptedCode accepted) {
    static ListVersion of(ReleaseList list) {
        return new ListVersion(list, ListChange.byTitle(list), AcceptedCode.of(list));
    }

    /** As {@code version 3}. */
    String title() {
        return "version " + list.version();
    }
}
