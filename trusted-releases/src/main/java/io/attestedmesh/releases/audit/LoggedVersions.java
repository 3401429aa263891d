package io.attestedmesh.releases.audit;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.log.LogEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** What a log says of one list: its entries in their order, and the digests of each version. */
final class LoggedVersions {
    private final List<LogEntry> entries;
    private final TreeMap<Long, List<Bytes>> digests = new TreeMap<>();

    private LoggedVersions(List<LogEntry> entries) {
        this.entries = entries;
        entries.forEach(entry -> digests.computeIfAbsent(entry.version(), unused -> new ArrayList<>())
                .add(entry.payloadSha384()));
    }

    static LoggedVersions of(String list, List<LogEntry> entries) {
        return new LoggedVersions(
                entries.stream().filter(entry -> entry.list().equals(list)).toList());
    }

    /** Of a version, in the order of the log; none if it is not there. */
    List<Bytes> digests(long version) {
        return digests.getOrDefault(version, List.of());
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
        TreeMap<Long, Bytes> seen = new TreeMap<>();
        for (LogEntry entry : entries) {
            Bytes earlier = seen.get(entry.version());
            if (earlier == null) {
                if (!seen.isEmpty() && entry.version() < seen.lastKey()) {
                    findings.add(FindingId.LOG_BACKWARDS, title(entry), "in the log behind version " + seen.lastKey());
                }
                seen.put(entry.version(), entry.payloadSha384());
            } else if (earlier.equals(entry.payloadSha384())) {
                findings.add(FindingId.LOG_REPEATED, title(entry), "in the log twice");
            } else {
                findings.add(
                        FindingId.LOG_FORK,
                        title(entry),
                        "in the log with SHA-384 " + earlier.hex() + " and "
                                + entry.payloadSha384().hex());
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
                        before == 0 ? "the first in the log" : "in the log next to version " + before);
            }
            before = version;
        }
    }

    private static String title(LogEntry entry) {
        return entry.list() + " version " + entry.version();
    }
}
