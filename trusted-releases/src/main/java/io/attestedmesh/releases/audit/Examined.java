package io.attestedmesh.releases.audit;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.envelope.SignedEnvelope;
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
 * @param versions those of the others that are the audited list, each payload once and not its own, by ascending version
 * @param history the audited list among them
 * @param horizon ends within it are announced; if empty, within 30 days, or for what lives less than 90 days in the last
 *     third of its life: lists that are renewed each month would otherwise always be about to end
 */
record Examined(
        AuditSubject subject,
        KnownRoots roots,
        List<AuditedList> others,
        List<AuditedList> versions,
        History history,
        Optional<Duration> horizon,
        Instant at) {
    private static final Duration USUAL_HORIZON = Duration.ofDays(30);

    static Examined of(AuditSubject subject, Optional<Duration> horizon, Instant at) {
        CountedRoots counted = CountedRoots.of(subject);
        List<AuditedList> others =
                subject.others().stream().filter(counted::haveSigned).toList();
        List<AuditedList> versions = versions(subject.list(), others);
        History history = History.of(subject.list(), versions);
        return new Examined(subject, KnownRoots.of(subject, counted), others, versions, history, horizon, at);
    }

    private static List<AuditedList> versions(AuditedList list, List<AuditedList> others) {
        Set<Bytes> payloads = new HashSet<>(Set.of(list.envelope().payload()));
        return others.stream()
                .filter(other -> other.isOfSameList(list))
                .filter(other -> payloads.add(other.envelope().payload()))
                .sorted(Comparator.comparingLong(other -> other.content().version()))
                .toList();
    }

    /** The audited list, by title and by code. */
    ListVersion now() {
        return history.now();
    }

    ReleaseList list() {
        return subject.list().content();
    }

    String title() {
        return subject.list().title();
    }

    /** The newest root that counts. */
    Optional<TrustRoot> root() {
        return roots.newest();
    }

    Optional<Bytes> rootDigest() {
        return roots.newestEnvelope().map(SignedEnvelope::payloadDigest);
    }

    List<Release> notRevoked() {
        return list().releases().stream()
                .filter(release -> release.status() != ReleaseStatus.REVOKED)
                .toList();
    }

    boolean isPast(Instant time) {
        return !at.isBefore(time);
    }

    /** Whether an end is ahead and near; false of what is past. */
    boolean isSoon(Instant end) {
        return isWithin(horizon.orElse(USUAL_HORIZON), end);
    }

    /** The same of what began at a known time. */
    boolean isSoon(Instant begin, Instant end) {
        Duration third = Duration.between(begin, end).dividedBy(3);
        return isWithin(horizon.orElse(third.compareTo(USUAL_HORIZON) < 0 ? third : USUAL_HORIZON), end);
    }

    private boolean isWithin(Duration span, Instant end) {
        return !isPast(end) && !end.isAfter(at.plus(span));
    }

    boolean isOlderThan(Duration age, Instant time) {
        return time.isBefore(at.minus(age));
    }

    /** The time and how far off it is. */
    String moment(Instant time) {
        return Moments.words(time, at);
    }
}
