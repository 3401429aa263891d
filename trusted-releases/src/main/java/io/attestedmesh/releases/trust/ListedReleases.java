package io.attestedmesh.releases.trust;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.attest.policy.KnownRelease;
import io.attestedmesh.attest.policy.PolicyReason;
import io.attestedmesh.attest.policy.ReferenceValues;
import io.attestedmesh.attest.verify.RejectedEvidenceException;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.list.ReleaseStatus;
import io.attestedmesh.releases.list.Revocation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The releases of one verified list, found by their code's registers in constant time.
 *
 * <p>A release matches registers if all that it names are equal. If one that matches is revoked, the code is refused.
 * Else it is the first active release, or else the first deprecated one, whose time it is.
 */
public final class ListedReleases implements ReferenceValues {
    private static final int LAST_OF_CODE = 2;

    private record Code(Optional<Bytes> pcr0, Optional<Bytes> pcr1, Optional<Bytes> pcr2) {
        static Code of(PcrBank pcrs) {
            return new Code(pcrs.get(0), pcrs.get(1), pcrs.get(LAST_OF_CODE));
        }

        /** PCR0 is a digest of what the other two measure parts of: theirs would tell no more apart. */
        @Override
        public int hashCode() {
            return pcr0.hashCode();
        }
    }

    /** A release and the registers that it names beside its code's. */
    private record Entry(Release release, Map<Integer, Bytes> further) {
        static Entry of(Release release) {
            return new Entry(release, Map.copyOf(release.pcrs().values().tailMap(LAST_OF_CODE + 1)));
        }

        boolean matches(PcrBank pcrs) {
            for (Map.Entry<Integer, Bytes> named : further.entrySet()) {
                if (!pcrs.get(named.getKey()).equals(Optional.of(named.getValue()))) {
                    return false;
                }
            }
            return true;
        }
    }

    private final ReleaseList list;
    private final Map<Code, List<Entry>> byCode;

    private ListedReleases(ReleaseList list, Map<Code, List<Entry>> byCode) {
        this.list = list;
        this.byCode = byCode;
    }

    public static ListedReleases of(VerifiedList verified) {
        return of(verified.list());
    }

    static ListedReleases of(ReleaseList list) {
        Map<Code, List<Entry>> byCode = new HashMap<>(2 * list.releases().size());
        for (Release release : list.releases()) {
            byCode.computeIfAbsent(Code.of(release.pcrs()), code -> new ArrayList<>(1))
                    .add(Entry.of(release));
        }
        // In the order of preference; a stable sort keeps that of the list within.
        byCode.values().forEach(entries -> entries.sort(Comparator.comparing(entry -> rank(entry.release))));
        return new ListedReleases(list, byCode);
    }

    private static int rank(Release release) {
        return switch (release.status()) {
            case REVOKED -> 0;
            case ACTIVE -> 1;
            case DEPRECATED -> 2;
        };
    }

    @Override
    public KnownRelease releaseOf(PcrBank pcrs, Instant at) throws RejectedEvidenceException {
        if (!at.isBefore(list.expiresAt())) {
            throw new RejectedEvidenceException(
                    PolicyReason.RELEASES_EXPIRED,
                    "a list of releases in force at " + at,
                    "version " + list.version() + " of " + list.name() + ", which expired at " + list.expiresAt());
        }
        List<Release> matching = matching(pcrs);
        if (matching.isEmpty()) {
            throw ReferenceValues.unknownRelease(pcrs);
        }
        Release first = matching.get(0);
        if (first.revocation().isPresent()) {
            throw revoked(first, first.revocation().get());
        }
        return answer(matching, at);
    }

    private List<Release> matching(PcrBank pcrs) {
        List<Release> matching = new ArrayList<>(1);
        for (Entry entry : byCode.getOrDefault(Code.of(pcrs), List.of())) {
            if (entry.matches(pcrs)) {
                matching.add(entry.release);
            }
        }
        return matching;
    }

    /** The first whose time it is, until it ends or one before it begins. */
    private KnownRelease answer(List<Release> matching, Instant at) throws RejectedEvidenceException {
        Instant until = list.expiresAt().minusNanos(1);
        for (Release release : matching) {
            if (isBefore(at, release.notBefore())) {
                until = earlier(until, release.notBefore().get().minusNanos(1));
            } else if (!isAfter(at, release.notAfter())) {
                until = earlier(until, release.notAfter().orElse(until));
                return new KnownRelease(release.title(), release.status() == ReleaseStatus.DEPRECATED, until);
            }
        }
        throw outOfTime(matching, at);
    }

    private static boolean isBefore(Instant at, Optional<Instant> limit) {
        return limit.isPresent() && at.isBefore(limit.get());
    }

    private static boolean isAfter(Instant at, Optional<Instant> limit) {
        return limit.isPresent() && at.isAfter(limit.get());
    }

    private static Instant earlier(Instant one, Instant other) {
        return other.isBefore(one) ? other : one;
    }

    /** By the one that comes next, if any comes: waiting helps then, and a newer list is needed otherwise. */
    private static RejectedEvidenceException outOfTime(List<Release> matching, Instant at) {
        Optional<Release> next = matching.stream()
                .filter(release -> isBefore(at, release.notBefore()))
                .min(Comparator.comparing(release -> release.notBefore().orElseThrow()));
        String expected = "a release accepted at " + at;
        if (next.isPresent()) {
            return new RejectedEvidenceException(
                    PolicyReason.RELEASE_NOT_YET_VALID,
                    expected,
                    next.get().title() + ", from " + next.get().notBefore().orElseThrow());
        }
        Release last = matching.get(0);
        return new RejectedEvidenceException(
                PolicyReason.RELEASE_EXPIRED,
                expected,
                last.title() + ", until " + last.notAfter().orElseThrow());
    }

    private static RejectedEvidenceException revoked(Release release, Revocation why) {
        return new RejectedEvidenceException(
                PolicyReason.RELEASE_REVOKED,
                "a release that is not revoked",
                release.title() + ", revoked at " + why.at() + ": " + OneLine.of(why.reason()));
    }

    /** Name and version of the list. */
    @Override
    public String toString() {
        return list.name() + " " + list.version();
    }
}
