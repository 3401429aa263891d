package io.attestedmesh.releases.audit;

import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.log.LogEntry;
import java.util.List;
import java.util.Optional;

/**
 * What changed since a version.
 *
 * @param words false if only digests are known, of which each change names one
 */
public record ChangesSince(long version, boolean words, List<ListChange> changes) {
    public ChangesSince {
        changes = List.copyOf(changes);
    }

    static ChangesSince of(Examined examined, long version) {
        Optional<ReleaseList> earlier = examined.history().earlier().stream()
                .map(ListVersion::list)
                .filter(list -> list.version() == version)
                .findFirst();
        return earlier.map(list -> new ChangesSince(version, true, ListChange.between(list, examined.list())))
                .orElseGet(() -> new ChangesSince(version, false, digests(examined, version)));
    }

    private static List<ListChange> digests(Examined examined, long version) {
        return examined.subject().log().flatMap(AuditedLog::entries).stream()
                .flatMap(List::stream)
                .filter(entry -> entry.list().equals(examined.list().name()))
                .filter(entry -> entry.version() >= version
                        && entry.version() <= examined.list().version())
                .map(ChangesSince::digest)
                .toList();
    }

    private static ListChange digest(LogEntry entry) {
        return ListChange.of(
                OneLine.of(entry.list()) + " version " + entry.version(),
                "digest",
                "SHA-384 " + entry.payloadSha384().hex());
    }
}
