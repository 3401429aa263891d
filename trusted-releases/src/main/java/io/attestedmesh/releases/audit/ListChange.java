package io.attestedmesh.releases.audit;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.list.Revocation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/**
 * One difference between two versions of a list, in words.
 *
 * @param subject a release, or the list
 * @param what such as {@code added, active} or {@code active before, revoked now: key leaked}
 */
public record ListChange(String subject, String what) {
    /** In the order of the newer list, removed releases last. Duplicates of a name and version are compared once. */
    public static List<ListChange> between(ReleaseList older, ReleaseList newer) {
        List<ListChange> changes = new ArrayList<>();
        if (!older.name().equals(newer.name())) {
            changes.add(new ListChange(newer.name(), "another list: it was " + older.name()));
        }
        String expiry = older.expiresAt() + " before, " + newer.expiresAt() + " now";
        if (!older.expiresAt().equals(newer.expiresAt())) {
            changes.add(new ListChange(newer.name(), "ends at another time: " + expiry));
        }
        Map<String, Release> before = byTitle(older);
        Map<String, Release> now = byTitle(newer);
        now.forEach((title, release) -> {
            Release earlier = before.get(title);
            if (earlier == null) {
                changes.add(new ListChange(title, "added, " + status(release)));
            } else {
                details(earlier, release).forEach(what -> changes.add(new ListChange(title, what)));
            }
        });
        before.forEach((title, release) -> {
            if (!now.containsKey(title)) {
                changes.add(new ListChange(title, "removed, " + release.status().text() + " before"));
            }
        });
        return changes;
    }

    static Map<String, Release> byTitle(ReleaseList list) {
        Map<String, Release> byTitle = new LinkedHashMap<>();
        list.releases().forEach(release -> byTitle.putIfAbsent(release.title(), release));
        return byTitle;
    }

    private static List<String> details(Release before, Release now) {
        List<String> details = new ArrayList<>();
        if (before.status() != now.status()) {
            details.add(before.status().text() + " before, " + status(now) + " now");
        } else if (!before.revocation().equals(now.revocation())) {
            details.add("revoked with other words: " + status(now));
        }
        TreeSet<Integer> registers = new TreeSet<>(before.pcrs().values().keySet());
        registers.addAll(now.pcrs().values().keySet());
        for (int index : registers) {
            Optional<String> value = changed(
                    before.pcrs().get(index).map(Bytes::hex),
                    now.pcrs().get(index).map(Bytes::hex));
            value.ifPresent(words -> details.add("PCR" + index + " " + words));
        }
        changed(before.image(), now.image()).ifPresent(words -> details.add("image " + words));
        changed(before.source(), now.source()).ifPresent(words -> details.add("source " + words));
        changed(before.notBefore(), now.notBefore()).ifPresent(words -> details.add("notBefore " + words));
        changed(before.notAfter(), now.notAfter()).ifPresent(words -> details.add("notAfter " + words));
        if (!Objects.equals(before.signingCertificate(), now.signingCertificate())) {
            details.add("another signing certificate");
        }
        return details;
    }

    private static Optional<String> changed(Optional<?> before, Optional<?> now) {
        if (before.equals(now)) {
            return Optional.empty();
        }
        return Optional.of(words(before) + " before, " + words(now) + " now");
    }

    private static String words(Optional<?> value) {
        return value.map(some -> some instanceof Instant ? some.toString() : OneLine.of(some.toString()))
                .orElse("none");
    }

    private static String status(Release release) {
        return release.status().text()
                + release.revocation()
                        .map(Revocation::reason)
                        .map(reason -> ": " + OneLine.of(reason))
                        .orElse("");
    }

    @Override
    public String toString() {
        return subject + ": " + what;
    }
}
