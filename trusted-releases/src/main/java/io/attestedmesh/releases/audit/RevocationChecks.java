package io.attestedmesh.releases.audit;

import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.ReleaseStatus;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** What became of revoked code in other versions of the list. */
final class RevocationChecks implements Check {
    @Override
    public void look(Examined examined, Findings findings) {
        History history = examined.history();
        revokedEarlier(history, findings);
        acceptedEarlier(examined, history, findings);
        acceptedLater(history, findings);
        revokedLater(examined, history, findings);
    }

    private static void revokedEarlier(History history, Findings findings) {
        Set<String> told = new HashSet<>();
        for (ListVersion before : history.earlier()) {
            for (Release release : before.revoked()) {
                if (told.add(release.title())) {
                    revokedEarlier(before, release, history.now(), findings);
                }
            }
        }
    }

    private static void revokedEarlier(ListVersion before, Release release, ListVersion now, Findings findings) {
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

    private static void acceptedLater(History history, Findings findings) {
        Set<String> told = new HashSet<>();
        for (ListVersion after : history.later()) {
            for (Release release : history.now().revoked()) {
                undone(history.now(), release, after)
                        .filter(how -> told.add(release.title()))
                        .ifPresent(how -> findings.add(
                                FindingId.REVOCATION_UNDONE, release.title(), how + " in " + after.title()));
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

    /** Whoever can keep new lists from a client leaves it with an earlier one until that ends. */
    private static void acceptedEarlier(Examined examined, History history, Findings findings) {
        for (Release revoked : history.now().revoked()) {
            history.earlier().stream()
                    .filter(before -> isStillAccepted(examined, before, revoked))
                    .max(Comparator.comparing(before -> before.list().expiresAt()))
                    .ifPresent(before -> findings.add(
                            FindingId.REVOKED_STILL_ACCEPTED, revoked.title(), stillAccepted(examined, before)));
        }
    }

    /** The same from the other side: to those that came after it, this list is an earlier one. */
    private static void revokedLater(Examined examined, History history, Findings findings) {
        Set<String> told = new HashSet<>();
        for (ListVersion after : history.later()) {
            for (Release revoked : after.revoked()) {
                if (isStillAccepted(examined, history.now(), revoked) && told.add(revoked.title())) {
                    findings.add(
                            FindingId.REVOKED_STILL_ACCEPTED,
                            revoked.title(),
                            "revoked in " + after.title() + "; " + stillAccepted(examined, history.now()));
                }
            }
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
}
