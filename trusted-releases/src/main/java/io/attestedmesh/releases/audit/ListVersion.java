package io.attestedmesh.releases.audit;

import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.ReleaseList;
import java.util.LinkedHashMap;
import java.util.Map;

/** A version of a list, by title and by code. */
record ListVersion(ReleaseList list, Map<String, Release> byTitle, AcceptedCode accepted) {
    static ListVersion of(ReleaseList list) {
        return new ListVersion(list, byTitle(list), AcceptedCode.of(list));
    }

    /** The first of each title: what clients refuse may have one twice. */
    private static Map<String, Release> byTitle(ReleaseList list) {
        Map<String, Release> byTitle = new LinkedHashMap<>();
        list.releases().forEach(release -> byTitle.putIfAbsent(release.title(), release));
        return byTitle;
    }

    /** As {@code version 3}. */
    String title() {
        return "version " + list.version();
    }
}
