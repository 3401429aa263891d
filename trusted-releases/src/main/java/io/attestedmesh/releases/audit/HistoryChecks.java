package io.attestedmesh.releases.audit;

import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.list.ReleaseStatus;
import java.time.Instant;
import java.util.ArrayList;
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
        ListVersion now = examined.now();
        List<ListVersion> earlier =
                earlier(examined).stream().map(ListVersion::of).toList();
        revocations(earlier, now, findings);
        rewritten(earlier, now, findings);
        earlier.stream().findFirst().ifPresent(latest -> {
            removed(latest, now, findings);
            backwards(examined, latest, findings);
        });
        stillAccepted(examined, earlier, findings);
        deprecations(examined, earlier, findings);
        later(examined, findings);
    }

    /** The newest first. */
    static List<ReleaseList> earlier(Examined examined) {
        List<ReleaseList> earlier = new ArrayList<>();
        for (AuditedList other : examined.versions()) {
            if (other.content().version() < examined.list().version()) {
                earlier.add(0, other.content());
            }
        }
        return earlier;
    }

    private static void revocations(List<ListVersion> earlier, ListVersion now, Findings findings) {
        Set<String> told = new HashSet<>();
        for (ListVersion before : earlier) {
            for (Release release : before.revoked()) {
                if (!told.add(release.title())) {
                    continue;
                }
                Optional<String> undone = undone(before, release, now);
                if (undone.isPresent()) {
                    findings.add(FindingId.REVOCATION_UNDONE, release.title(), undone.get() + " now");
                } else if (!now.byTitle().containsKey(release.title())) {
                    findings.add(
                            FindingId.REVOCATION_DROPPED,
                            release.title(),
                            "revoked in " + before.title() + ", no longer listed");
                }
            }
        }
    }

    /** How a revoked release is accepted after all, to be followed by when; empty if it is not. */
    private static Optional<String> undone(ListVersion before, Release release, ListVersion after) {
        String revoked = "revoked in " + before.title() + ", ";
        Release same = after.byTitle().get(release.title());
        if (same != null && same.status() != ReleaseStatus.REVOKED) {
            return Optional.of(revoked + same.status().text());
        }
        Titles accepting = after.acceptingPeersOf(release);
        return accepting.isEmpty() ? Optional.empty() : Optional.of(revoked + "its code is listed as " + accepting);
    }

    private static void rewritten(List<ListVersion> earlier, ListVersion now, Findings findings) {
        Set<String> told = new HashSet<>();
        for (ListVersion before : earlier) {
            before.byTitle().forEach((title, release) -> {
                Release same = now.byTitle().get(title);
                List<String> rewritten = same == null ? List.of() : rewritten(same, release);
                if (!rewritten.isEmpty() && told.add(title)) {
                    findings.add(
                            FindingId.RELEASE_REWRITTEN,
                            title,
                            "not as in " + before.title() + ": " + String.join(", ", rewritten));
                }
            });
        }
    }

    /** What stood for something else before; what was added later was not known before. */
    private static List<String> rewritten(Release now, Release before) {
        List<String> rewritten = new ArrayList<>();
        // Without a register that was named, a release matches peers that it did not match.
        before.pcrs().values().forEach((index, value) -> {
            if (!now.pcrs().get(index).equals(Optional.of(value))) {
                rewritten.add("PCR" + index);
            }
        });
        if (differ(now.signingCertificate(), before.signingCertificate())) {
            rewritten.add("signing certificate");
        }
        if (differ(now.image(), before.image())) {
            rewritten.add("image");
        }
        if (differ(now.source(), before.source())) {
            rewritten.add("source");
        }
        return rewritten;
    }

    private static boolean differ(Optional<?> now, Optional<?> before) {
        return before.isPresent() && now.isPresent() && !now.equals(before);
    }

    private static void removed(ListVersion latest, ListVersion now, Findings findings) {
        for (Release release : latest.list().releases()) {
            if (release.status() != ReleaseStatus.REVOKED && !now.byTitle().containsKey(release.title())) {
                findings.add(
                        FindingId.RELEASE_REMOVED,
                        release.title(),
                        release.status().text() + " in " + latest.title() + ", not listed now");
            }
        }
    }

    private static void backwards(Examined examined, ListVersion latest, Findings findings) {
        Map<String, String> highest = new HashMap<>();
        latest.list()
                .releases()
                .forEach(release -> highest.merge(
                        release.name(), release.version(), (a, b) -> VersionOrder.INSTANCE.compare(a, b) >= 0 ? a : b));
        for (Release release : examined.notRevoked()) {
            String before = highest.get(release.name());
            if (before != null
                    && !latest.byTitle().containsKey(release.title())
                    && VersionOrder.INSTANCE.compare(release.version(), before) < 0) {
                findings.add(
                        FindingId.VERSION_BACKWARDS,
                        release.title(),
                        "added after " + before + ", which " + latest.title() + " has");
            }
        }
    }

    /** Whoever can keep new lists from a client leaves it with an earlier one until that ends. */
    private static void stillAccepted(Examined examined, List<ListVersion> earlier, Findings findings) {
        for (Release revoked : examined.now().revoked()) {
            earlier.stream()
                    .filter(before -> isStillAccepted(examined, before, revoked))
                    .max(Comparator.comparing(before -> before.list().expiresAt()))
                    .ifPresent(before -> findings.add(
                            FindingId.REVOKED_STILL_ACCEPTED, revoked.title(), stillAccepted(examined, before)));
        }
    }

    private static boolean isStillAccepted(Examined examined, ListVersion before, Release revoked) {
        return !examined.isPast(before.list().expiresAt())
                && !before.acceptingPeersOf(revoked).isEmpty();
    }

    private static String stillAccepted(Examined examined, ListVersion before) {
        return before.title() + ", which accepts it, ends at "
                + examined.moment(before.list().expiresAt());
    }

    /** The same from the other side: to those that came after it, this list is an earlier one. */
    private static void later(Examined examined, Findings findings) {
        ListVersion now = examined.now();
        Set<String> accepted = new HashSet<>();
        Set<String> undone = new HashSet<>();
        for (AuditedList other : examined.versions()) {
            if (other.content().version() <= examined.list().version()) {
                continue;
            }
            ListVersion after = ListVersion.of(other.content());
            for (Release revoked : after.revoked()) {
                if (isStillAccepted(examined, now, revoked) && accepted.add(revoked.title())) {
                    findings.add(
                            FindingId.REVOKED_STILL_ACCEPTED,
                            revoked.title(),
                            "revoked in " + after.title() + "; " + stillAccepted(examined, now));
                }
            }
            for (Release revoked : now.revoked()) {
                undone(now, revoked, after)
                        .filter(how -> undone.add(revoked.title()))
                        .ifPresent(how -> findings.add(
                                FindingId.REVOCATION_UNDONE, revoked.title(), how + " in " + after.title()));
            }
        }
    }

    private static void deprecations(Examined examined, List<ListVersion> earlier, Findings findings) {
        for (Release release : examined.notRevoked()) {
            if (release.status() != ReleaseStatus.DEPRECATED
                    || release.notAfter().isPresent()) {
                continue;
            }
            Instant since = examined.list().issuedAt();
            for (ListVersion before : earlier) {
                Release then = before.byTitle().get(release.title());
                if (then == null || then.status() != ReleaseStatus.DEPRECATED) {
                    break;
                }
                since = before.list().issuedAt();
            }
            if (examined.isOlderThan(examined.limits().deprecation(), since)) {
                findings.add(FindingId.DEPRECATED_LONG, release.title(), "deprecated since " + examined.moment(since));
            }
        }
    }
}
