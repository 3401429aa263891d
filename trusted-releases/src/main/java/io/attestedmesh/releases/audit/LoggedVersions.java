package io.attestedmesh.releases.audit;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.log.LogEntry;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** What a log says of one list: its entries in their order, and the digests of each version. */
final class LoggedVersions {
    private final List<LogEntry> entries;
    private final TreeMap<Long, Set<Bytes>> digests = new TreeMap<>();

    private LoggedVersions(List<LogEntry> entries) {
        this.entries = entries;
        entries.forEach(entry -> digests.computeIfAbsent(entry.version(), unused -> new LinkedHashSet<>())
                .add(entry.payloadSha384()));
    }

    static LoggedVersions of(String list, List<LogEntry> entries) {
        return new LoggedVersions(
                entries.stream().filter(entry -> entry.list().equals(list)).toList());
    }

    /** Of a version, in the order of the log; none if it is not there. */
    Set<Bytes> digests(long version) {
        return digests.getOrDefault(version, Set.of());
    }

    /** 0 if there is none. */
    long highest() {
        return digests.isEmpty() ? 0 : digests.lastKey();
    }

    boolean beginAfter(long version) {
        return !digests.isEmpty() && version < digests.firstKey();
    }

    /** Versions ascend, each is there once, and none is left out. */
    void history(Findings findings) {
        TreeMap<Long, Set<Bytes>> seen = new TreeMap<>();
        for (LogEntry entry : entries) {
            Bytes digest = entry.payloadSha384();
            if (!seen.isEmpty() && entry.version() < seen.lastKey() && !seen.containsKey(entry.version())) {
                findings.add(FindingId.LOG_BACKWARDS, title(entry), "in the log behind version " + seen.lastKey());
            }
            Set<Bytes> earlier = seen.computeIfAbsent(entry.version(), unused -> new LinkedHashSet<>());
            if (earlier.contains(digest)) {
                findings.add(FindingId.LOG_REPEATED, title(entry), "in the log twice");
            } else {
                if (!earlier.isEmpty()) {
                    findings.add(
                            FindingId.LOG_FORK,
                            title(entry),
                            "in the log with SHA-384 "
                                    + earlier.iterator().next().hex() + " and " + digest.hex());
                }
                earlier.add(digest);
            }
        }
        gaps(findings);
    }

    /** Over all versions at once: one that was logged out of its order is there all the same. */
    private void gaps(Findings findings) {
        long before = 0;
        for (long version : digests.keySet()) {
            if (version > before + 1) {
                findings.add(
                        FindingId.LOG_GAP,
                        entries.get(0).list() + " version " + version,
                        version - before == 2
                                ? "version " + (before + 1) + " is missing before it"
                                : "versions " + (before + 1) + " to " + (version - 1) + " are missing before it");
            }
            before = version;
        }
    }

    private static String title(LogEntry entry) {
        return entry.list() + " version " + entry.version();
    }
}
