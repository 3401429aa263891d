package io.attestedmesh.releases.audit;

import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.envelope.DocumentType;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.root.RootChain;
import io.attestedmesh.releases.root.SignedRoot;
import io.attestedmesh.releases.root.TrustRoot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The trust roots that count: those that the auditor gave, and those in bundles as far as a chain leads to them from there. If
 * none was given, all that are at hand: the report says that nothing in it is more than a claim then.
 */
final class CountedRoots {
    private record Place(String list, long version) {
        static Place of(ReadableRoot each) {
            return new Place(each.root().list(), each.version());
        }

        Place before() {
            return new Place(list, version - 1);
        }
    }

    private final Map<Place, List<ReadableRoot>> counted = new HashMap<>();
    private final Set<SignedEnvelope> envelopes = new HashSet<>();

    private CountedRoots() {}

    static CountedRoots of(AuditSubject subject) {
        CountedRoots roots = new CountedRoots();
        readable(subject.roots().stream()).forEach(roots::count);
        Stream<SignedEnvelope> bundled = Stream.concat(Stream.of(subject.list()), subject.others().stream())
                .flatMap(list -> list.roots().stream());
        readable(bundled).stream()
                .filter(root -> subject.roots().isEmpty() || roots.leadTo(root))
                .forEach(roots::count);
        return roots;
    }

    /** By ascending version, so that each comes behind the one that leads to it. */
    private static List<ReadableRoot> readable(Stream<SignedEnvelope> envelopes) {
        return ReadableRoot.among(envelopes.distinct().toList()).stream()
                .sorted(Comparator.comparingLong(ReadableRoot::version))
                .toList();
    }

    private void count(ReadableRoot root) {
        counted.computeIfAbsent(Place.of(root), unused -> new ArrayList<>()).add(root);
        envelopes.add(root.envelope());
    }

    private boolean leadTo(ReadableRoot root) {
        boolean same = counted.getOrDefault(Place.of(root), List.of()).stream()
                .anyMatch(
                        each -> each.envelope().payload().equals(root.envelope().payload()));
        return same
                || counted.getOrDefault(Place.of(root).before(), List.of()).stream()
                        .anyMatch(before -> leadsTo(before, root));
    }

    private static boolean leadsTo(ReadableRoot before, ReadableRoot next) {
        try {
            RootChain.walk(SignedRoot.of(before.envelope()), List.of(next.envelope()));
            return true;
        } catch (RejectedReleasesException | MalformedReleasesException e) {
            return false;
        }
    }

    boolean contain(SignedEnvelope envelope) {
        return envelopes.contains(envelope);
    }

    /** Whether the threshold of one of them signed a list of the name that it is about. */
    boolean haveSigned(AuditedList list) {
        return counted.values().stream()
                .flatMap(List::stream)
                .map(ReadableRoot::root)
                .filter(root -> root.list().equals(list.content().name()))
                .sorted(Comparator.comparingLong(TrustRoot::version).reversed())
                .anyMatch(root -> hasSigned(root, list));
    }

    private static boolean hasSigned(TrustRoot root, AuditedList list) {
        try {
            list.envelope().requireThreshold(DocumentType.RELEASE_LIST, root.keys());
            return true;
        } catch (RejectedReleasesException e) {
            return false;
        }
    }
}
