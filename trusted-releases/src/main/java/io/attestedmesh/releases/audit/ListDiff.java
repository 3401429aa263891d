package io.attestedmesh.releases.audit;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.releases.list.ImageFile;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.list.Revocation;
import io.attestedmesh.releases.list.SourceCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** What one list says that another does not, in words; releases are told apart by name and version. */
final class ListDiff {
    private static final int SHOWN_DIGITS = 16;

    private final List<ListChange> changes = new ArrayList<>();

    private ListDiff() {}

    static List<ListChange> between(ReleaseList before, ReleaseList after) {
        ListDiff diff = new ListDiff();
        diff.compareHeads(before, after);
        Map<String, Release> old = byTitle(before);
        Map<String, Release> now = byTitle(after);
        now.forEach((title, release) -> {
            if (old.containsKey(title)) {
                diff.compare(title, old.get(title), release);
            } else {
                diff.changes.add(ListChange.of(title, "added", "added, " + added(release)));
            }
        });
        old.forEach((title, release) -> {
            if (!now.containsKey(title)) {
                diff.changes.add(ListChange.of(
                        title, "removed", "removed, was " + release.status().text()));
            }
        });
        return List.copyOf(diff.changes);
    }

    /** A draft may have one name and version twice, which would be refused: then both show. */
    private static Map<String, Release> byTitle(ReleaseList list) {
        Map<String, Release> releases = new LinkedHashMap<>();
        Map<String, Integer> seen = new HashMap<>();
        for (Release release : list.releases()) {
            int count = seen.merge(release.title(), 1, Integer::sum);
            releases.put(count == 1 ? release.title() : release.title() + " (entry " + count + ")", release);
        }
        return releases;
    }

    private void compareHeads(ReleaseList before, ReleaseList after) {
        head("name", before.name(), after.name());
        head("version", before.version(), after.version());
        head("issued", before.issuedAt(), after.issuedAt());
        head("expires", before.expiresAt(), after.expiresAt());
    }

    private void head(String what, Object before, Object after) {
        if (!before.equals(after)) {
            changes.add(ListChange.ofList(what, what + " " + before + " became " + after));
        }
    }

    private static String added(Release release) {
        return release.status().text()
                + release.revocation().map(ListDiff::reason).orElse("")
                + release.pcrs().get(0).map(value -> ", PCR0 " + digits(value)).orElse("");
    }

    private void compare(String title, Release before, Release after) {
        if (before.status() != after.status() || !before.revocation().equals(after.revocation())) {
            changes.add(ListChange.of(title, after.status().text(), status(before, after)));
        }
        compareRegisters(title, before, after);
        compare(
                title,
                "image",
                "image",
                before.image().map(ListDiff::image),
                after.image().map(ListDiff::image));
        compare(
                title,
                "source",
                "source",
                before.source().map(ListDiff::source),
                after.source().map(ListDiff::source));
        compare(
                title,
                "not-before",
                "not before",
                before.notBefore().map(Instant::toString),
                after.notBefore().map(Instant::toString));
        compare(
                title,
                "not-after",
                "not after",
                before.notAfter().map(Instant::toString),
                after.notAfter().map(Instant::toString));
        if (!before.signingCertificate().equals(after.signingCertificate())) {
            changes.add(ListChange.of(title, "certificate", "another signing certificate"));
        }
    }

    private static String status(Release before, Release after) {
        return before.status().text() + " became " + after.status().text()
                + after.revocation().map(ListDiff::reason).orElse("");
    }

    private static String reason(Revocation revocation) {
        return ": " + OneLine.of(revocation.reason()) + " (" + revocation.at() + ")";
    }

    private void compareRegisters(String title, Release before, Release after) {
        TreeSet<Integer> indices = new TreeSet<>(before.pcrs().values().keySet());
        indices.addAll(after.pcrs().values().keySet());
        for (int index : indices) {
            compare(
                    title,
                    "registers",
                    "PCR" + index,
                    before.pcrs().get(index).map(Bytes::hex),
                    after.pcrs().get(index).map(Bytes::hex));
        }
    }

    private void compare(String title, String kind, String what, Optional<String> before, Optional<String> after) {
        if (!before.equals(after)) {
            changes.add(ListChange.of(
                    title, kind, what + " " + before.orElse("(none)") + " became " + after.orElse("(none)")));
        }
    }

    private static String image(ImageFile image) {
        return image.sha384().hex() + " (" + image.size() + " bytes)";
    }

    private static String source(SourceCode source) {
        return OneLine.of(source.repository()) + " at " + source.commit() + ", recipe "
                + source.recipe().hex();
    }

    /** Enough to know one by eye; where one changed, all of both are shown. */
    private static String digits(Bytes value) {
        return value.hex().substring(0, Math.min(SHOWN_DIGITS, 2 * value.size())) + "…";
    }
}
