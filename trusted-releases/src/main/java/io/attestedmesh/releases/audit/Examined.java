package io.attestedmesh.releases.audit;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.list.ReleaseStatus;
import io.attestedmesh.releases.root.TrustRoot;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What every check may look at.
 *
 * @param others those of the other lists that are verified; of the rest nothing counts
 * @param now the audited list, by title and by code
 */
record Examined(
        AuditSubject subject,
        KnownRoots roots,
        List<AuditedList> others,
        ListVersion now,
        AuditLimits limits,
        Instant at) {
    static Examined of(AuditSubject subject, AuditLimits limits, Instant at) {
        CountedRoots counted = CountedRoots.of(subject);
        return new Examined(
                subject,
                KnownRoots.of(subject),
                subject.others().stream().filter(counted::haveSigned).toList(),
                ListVersion.of(subject.list().content()),
                limits,
                at);
    }

    ReleaseList list() {
        return subject.list().content();
    }

    String title() {
        return subject.list().title();
    }

    /** The newest root that can be read, whether or not a client would believe it. */
    Optional<TrustRoot> root() {
        return roots.newest();
    }

    List<Release> notRevoked() {
        return list().releases().stream()
                .filter(release -> release.status() != ReleaseStatus.REVOKED)
                .toList();
    }

    /** What else there is of the audited list, each payload once, by ascending version. */
    List<AuditedList> versions() {
        Set<Bytes> payloads = new HashSet<>(Set.of(subject.list().envelope().payload()));
        return others.stream()
                .filter(other -> other.isOfSameList(subject.list()))
                .filter(other -> payloads.add(other.envelope().payload()))
                .sorted(Comparator.comparingLong(other -> other.content().version()))
                .toList();
    }

    boolean isPast(Instant time) {
        return !at.isBefore(time);
    }

    /** Whether an end is ahead and near; false of what is past. */
    boolean isSoon(Instant end) {
        return !isPast(end) && !end.isAfter(at.plus(limits.soon()));
    }

    /** The same of what began at a known time. */
    boolean isSoon(Instant begin, Instant end) {
        return !isPast(end) && !end.isAfter(at.plus(limits.soon(Duration.between(begin, end))));
    }

    boolean isOlderThan(Duration age, Instant time) {
        return time.isBefore(at.minus(age));
    }

    /** The time and how far off it is. */
    String moment(Instant time) {
        return Moments.words(time, at);
    }
}
