package io.attestedmesh.releases.audit;

import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.ReleaseStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The list against its own earlier versions. */
final class HistoryChecks implements Check {
    private static final Duration LONG_DEPRECATED = Duration.ofDays(90);

    @Override
    public void look(Examined examined, Findings findings) {
        List<ListVersion> earlier = examined.history().earlier();
        rewritten(earlier, examined.now(), findings);
        earlier.stream().findFirst().ifPresent(latest -> {
            removed(latest, examined.now(), findings);
            backwards(examined, latest, findings);
        });
        deprecations(examined, earlier, findings);
        answer(examined, earlier, findings);
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
            if (examined.isOlderThan(LONG_DEPRECATED, since)) {
                findings.add(FindingId.DEPRECATED_LONG, release.title(), "deprecated since " + examined.moment(since));
            }
        }
    }

    private static void answer(Examined examined, List<ListVersion> earlier, Findings findings) {
        examined.subject().since().ifPresent(version -> {
            if (earlier.stream().noneMatch(before -> before.list().version() == version)) {
                findings.add(
                        FindingId.SINCE_UNKNOWN,
                        examined.title(),
                        "its version " + version + " is not at hand, or not an earlier one");
            }
        });
    }
}
