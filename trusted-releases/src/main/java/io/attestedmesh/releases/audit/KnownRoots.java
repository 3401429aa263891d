package io.attestedmesh.releases.audit;

import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.root.TrustRoot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * The trust roots that the list stands under: the auditor's, and those of the bundle that count. Whether a client comes as far
 * as the newest is {@link ClientVerdict}'s question.
 */
final class KnownRoots {
    private record Known(SignedEnvelope envelope, TrustRoot root) {}

    private final List<Known> all;
    private final List<Known> trusted;

    private KnownRoots(List<Known> all, List<Known> trusted) {
        this.all = all;
        this.trusted = trusted;
    }

    static KnownRoots of(AuditSubject subject, CountedRoots counted) {
        List<Known> given = readable(subject.roots());
        List<Known> own = given.stream()
                .filter(known ->
                        known.root.list().equals(subject.list().content().name()))
                .toList();
        List<Known> trusted = own.isEmpty() ? given : own;
        List<Known> all = new ArrayList<>(readable(
                subject.list().roots().stream().filter(counted::contain).toList()));
        all.addAll(trusted);
        return new KnownRoots(all, trusted);
    }

    private static List<Known> readable(List<SignedEnvelope> envelopes) {
        List<Known> known = new ArrayList<>();
        for (SignedEnvelope envelope : envelopes) {
            read(envelope).ifPresent(root -> known.add(new Known(envelope, root)));
        }
        return known;
    }

    /** Of one that cannot be read the client's verdict tells the reason; here is nothing to look at. */
    private static Optional<TrustRoot> read(SignedEnvelope envelope) {
        try {
            return Optional.of(TrustRoot.parse(envelope.payload()));
        } catch (MalformedReleasesException e) {
            return Optional.empty();
        }
    }

    /** Those of the auditor that are about the list, or all of them if none is. */
    List<SignedEnvelope> trusted() {
        return envelopes(trusted);
    }

    /** Where trust begins: with the oldest of the auditor's, else the oldest of the bundle's. */
    Optional<SignedEnvelope> anchor() {
        return (trusted.isEmpty() ? all : trusted)
                .stream()
                        .min(Comparator.comparingLong(known -> known.root.version()))
                        .map(Known::envelope);
    }

    Optional<TrustRoot> newest() {
        return newestKnown().map(Known::root);
    }

    Optional<SignedEnvelope> newestEnvelope() {
        return newestKnown().map(Known::envelope);
    }

    private Optional<Known> newestKnown() {
        return all.stream().max(Comparator.comparingLong(known -> known.root.version()));
    }

    List<SignedEnvelope> envelopes() {
        return envelopes(all);
    }

    private static List<SignedEnvelope> envelopes(List<Known> roots) {
        return List.copyOf(
                new LinkedHashSet<>(roots.stream().map(Known::envelope).toList()));
    }
}
