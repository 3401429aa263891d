package io.attestedmesh.releases.audit;

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
    private final List<ReadableRoot> all;
    private final List<ReadableRoot> trusted;

    private KnownRoots(List<ReadableRoot> all, List<ReadableRoot> trusted) {
        this.all = all;
        this.trusted = trusted;
    }

    static KnownRoots of(AuditSubject subject, CountedRoots counted) {
        List<ReadableRoot> given = ReadableRoot.among(subject.roots());
        List<ReadableRoot> own = given.stream()
                .filter(known ->
                        known.root().list().equals(subject.list().content().name()))
                .toList();
        List<ReadableRoot> trusted = own.isEmpty() ? given : own;
        List<ReadableRoot> all = new ArrayList<>(ReadableRoot.among(
                subject.list().roots().stream().filter(counted::contain).toList()));
        all.addAll(trusted);
        return new KnownRoots(all, trusted);
    }

    /** Those of the auditor that are about the list, or all of them if none is. */
    List<SignedEnvelope> trusted() {
        return envelopes(trusted);
    }

    /** Where trust begins: with the oldest of the auditor's, else the oldest of the bundle's. */
    Optional<SignedEnvelope> anchor() {
        return (trusted.isEmpty() ? all : trusted)
                .stream().min(Comparator.comparingLong(ReadableRoot::version)).map(ReadableRoot::envelope);
    }

    Optional<TrustRoot> newest() {
        return newestKnown().map(ReadableRoot::root);
    }

    Optional<SignedEnvelope> newestEnvelope() {
        return newestKnown().map(ReadableRoot::envelope);
    }

    private Optional<ReadableRoot> newestKnown() {
        return all.stream().max(Comparator.comparingLong(ReadableRoot::version));
    }

    List<SignedEnvelope> envelopes() {
        return envelopes(all);
    }

    private static List<SignedEnvelope> envelopes(List<ReadableRoot> roots) {
        return List.copyOf(
                new LinkedHashSet<>(roots.stream().map(ReadableRoot::envelope).toList()));
    }
}
