package io.attestedmesh.releases.audit;

import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.list.ReleaseStatus;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The list against its own earlier versions, as far as they are at hand. */
final class HistoryChecks implements Check {
    @Override
    public void look(Examined examined, Findings findings) {
        List<ReleaseList> earlier = earlier(examined);
        Map<String, Release> now = ListChange.byTitle(examined.list());
        Set<String> told = new HashSet<>();
        for (ReleaseList before : earlier) {
            for (Release release : before.releases()) {
                // The newest of the earlier versions tells; one that is older says the same again.
                if (told.add(release.title())) {
                    revocation(examined, before, release, now, findings);
                    rewritten(before, release, now, findings);
                }
            }
        }
        earlier.stream().findFirst().ifPresent(latest -> {
            removed(latest, now, findings);
            backwards(examined, latest, findings);
        });
        stillAccepted(examined, earlier, findings);
        deprecations(examined, earlier, findings);
    }

    /** The newest first. */
    static List<ReleaseList> earlier(Examined examined) {
        return examined.subject().others().stream()
                .filter(other -> other.isOfSameList(examined.subject().list()))
                .map(AuditedList::content)
                .filter(list -> list.version() < examined.list().version())
                .sorted(Comparator.comparingLong(ReleaseList::version).reversed())
                .toList();
    }

    private static void revocation(
            Examined examined, ReleaseList before, Release release, Map<String, Release> now, Findings findings) {
        if (release.status() != ReleaseStatus.REVOKED) {
            return;
        }
        String when = "revoked in version " + before.version();
        List<Release> accepted = OtherListChecks.overlapping(release, examined.list());
        Release same = now.get(release.title());
        if (same != null && same.status() != ReleaseStatus.REVOKED) {
            findings.add(
                    FindingId.REVOCATION_UNDONE,
                    release.title(),
                    when + ", " + same.status().text() + " now");
        } else if (!accepted.isEmpty()) {
            findings.add(
                    FindingId.REVOCATION_UNDONE,
                    release.title(),
                    when + ", its code is listed as " + accepted.get(0).title() + " now");
        } else if (same == null) {
            findings.add(FindingId.REVOCATION_DROPPED, release.title(), when + ", no longer listed");
        }
    }

    private static void rewritten(ReleaseList before, Release release, Map<String, Release> now, Findings findings) {
        Release same = now.get(release.title());
        boolean codeDiffers = same != null
                && (!Registers.isSameCode(same, release)
                        || differ(same.image(), release.image())
                        || differ(same.source(), release.source()));
        if (codeDiffers) {
            findings.add(
                    FindingId.RELEASE_REWRITTEN,
                    release.title(),
                    "other registers, image or source than in version " + before.version());
        }
    }

    /** What was added later was not known before; what was there may not become another thing. */
    private static boolean differ(Optional<?> now, Optional<?> before) {
        return before.isPresent() && now.isPresent() && !now.equals(before);
    }

    private static void removed(ReleaseList latest, Map<String, Release> now, Findings findings) {
        for (Release release : latest.releases()) {
            if (release.status() != ReleaseStatus.REVOKED && !now.containsKey(release.title())) {
                findings.add(
                        FindingId.RELEASE_REMOVED,
                        release.title(),
                        release.status().text() + " in version " + latest.version() + ", not listed now");
            }
        }
    }

    private static void backwards(Examined examined, ReleaseList latest, Findings findings) {
        Map<String, String> highest = new HashMap<>();
        latest.releases()
                .forEach(release -> highest.merge(
                        release.name(), release.version(), (a, b) -> VersionOrder.INSTANCE.compare(a, b) >= 0 ? a : b));
        Set<String> known = ListChange.byTitle(latest).keySet();
        for (Release release : examined.notRevoked()) {
            String before = highest.get(release.name());
            if (before != null
                    && !known.contains(release.title())
                    && VersionOrder.INSTANCE.compare(release.version(), before) < 0) {
                findings.add(
                        FindingId.VERSION_BACKWARDS,
                        release.title(),
                        "added after " + before + ", which version " + latest.version() + " has");
            }
        }
    }

    /** Whoever can keep new lists from a client leaves it with an earlier one until that ends. */
    private static void stillAccepted(Examined examined, List<ReleaseList> earlier, Findings findings) {
        for (Release revoked : examined.list().releases()) {
            if (revoked.status() != ReleaseStatus.REVOKED) {
                continue;
            }
            earlier.stream()
                    .filter(before -> !examined.isPast(before.expiresAt()))
                    .filter(before ->
                            !OtherListChecks.overlapping(revoked, before).isEmpty())
                    .max(Comparator.comparing(ReleaseList::expiresAt))
                    .ifPresent(before -> findings.add(
                            FindingId.REVOKED_STILL_ACCEPTED,
                            revoked.title(),
                            "version " + before.version() + ", which accepts it, ends at "
                                    + examined.moment(before.expiresAt())));
        }
    }

    private static void deprecations(Examined examined, List<ReleaseList> earlier, Findings findings) {
        for (Release release : examined.notRevoked()) {
            if (release.status() != ReleaseStatus.DEPRECATED) {
                continue;
            }
            Instant since = examined.list().issuedAt();
            for (ReleaseList before : earlier) {
                Release then = ListChange.byTitle(before).get(release.title());
                if (then == null || then.status() != ReleaseStatus.DEPRECATED) {
                    break;
                }
                since = before.issuedAt();
            }
            if (examined.isOlderThan(examined.limits().deprecation(), since)) {
                findings.add(FindingId.DEPRECATED_LONG, release.title(), "deprecated since " + examined.moment(since));
            }
        }
    }
}
