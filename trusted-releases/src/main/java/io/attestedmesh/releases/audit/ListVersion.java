package io.attestedmesh.releases.audit;

import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.list.ReleaseStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A version of a list, by title and by code.
 *
 * @param accepted the releases that are not revoked
 * @param revoked the others, in the order of the list
 * @param refused the same by their peers
 */
record ListVersion(
        ReleaseList list, Map<String, Release> byTitle, PeerIndex accepted, List<Release> revoked, PeerIndex refused) {
    static ListVersion of(ReleaseList list) {
        List<Release> revoked = list.releases().stream()
                .filter(release -> release.status() == ReleaseStatus.REVOKED)
                .toList();
        List<Release> accepted = list.releases().stream()
                .filter(release -> release.status() != ReleaseStatus.REVOKED)
                .toList();
        return new ListVersion(list, byTitle(list), PeerIndex.of(accepted), revoked, PeerIndex.of(revoked));
    }

    /** The first of each title: what clients refuse may have one twice. */
    private static Map<String, Release> byTitle(ReleaseList list) {
        Map<String, Release> byTitle = new LinkedHashMap<>();
        list.releases().forEach(release -> byTitle.putIfAbsent(release.title(), release));
        return byTitle;
    }

    /** The releases as which peers of {@code revoked}, which another list revokes, are accepted here. */
    Titles acceptingPeersOf(Release revoked) {
        return refused.covers(revoked) ? new Titles() : accepted.sharing(revoked);
    }

    /** As {@code version 3}. */
    String title() {
        return "version " + list.version();
    }
}
