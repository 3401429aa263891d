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
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The trust roots that count: those that the auditor gave, and those in bundles as far as a
 * chain leads to them from there. If none was given, all that are at hand: the report says that nothing in it is more than a
 * claim then.
 */
final class CountedRoots {
    private record Place(String list, long version) {}

    private record Known(SignedEnvelope envelope, TrustRoot root) {
        Place place() {
            return new Place(root.list(), root.version());
        }

        Place before() {
            return new Place(root.list(), root.version() - 1);
        }
    }

    private final Map<Place, List<Known>> counted = new HashMap<>();

    private CountedRoots() {}

    static CountedRoots of(AuditSubject subject) {
        CountedRoots roots = new CountedRoots();
        known(subject.roots().stream()).forEach(roots::count);
        Stream<SignedEnvelope> bundled = Stream.concat(Stream.of(subject.list()), subject.others().stream())
                .flatMap(list -> list.roots().stream());
        known(bundled).stream()
                .filter(root -> subject.roots().isEmpty() || roots.leadTo(root))
                .forEach(roots::count);
        return roots;
    }

    /** Those that can be read, by ascending version, so that each comes behind the one that leads to it. */
    private static List<Known> known(Stream<SignedEnvelope> envelopes) {
        List<Known> known = new ArrayList<>();
        envelopes.distinct().forEach(envelope -> {
            try {
                known.add(new Known(envelope, TrustRoot.parse(envelope.payload())));
            } catch (MalformedReleasesException e) {
                // Nothing is signed under it; if it is the audited list's, the client's verdict has the reason.
                return;
            }
        });
        known.sort(Comparator.comparingLong(each -> each.root.version()));
        return known;
    }

    private void count(Known root) {
        counted.computeIfAbsent(root.place(), unused -> new ArrayList<>()).add(root);
    }

    private boolean leadTo(Known root) {
        boolean same = counted.getOrDefault(root.place(), List.of()).stream()
                .anyMatch(each -> each.envelope.payload().equals(root.envelope.payload()));
        return same
                || counted.getOrDefault(root.before(), List.of()).stream().anyMatch(before -> leadsTo(before, root));
    }

    private static boolean leadsTo(Known before, Known next) {
        try {
            RootChain.walk(SignedRoot.of(before.envelope), List.of(next.envelope));
            return true;
        } catch (RejectedReleasesException | MalformedReleasesException e) {
            return false;
        }
    }

    boolean contain(SignedEnvelope envelope) {
        return counted.values().stream().flatMap(List::stream).anyMatch(each -> each.envelope.equals(envelope));
    }

    /** Whether the threshold of one of them signed a list of the name that it is about. */
    boolean haveSigned(AuditedList list) {
        return counted.values().stream()
                .flatMap(List::stream)
                .map(Known::root)
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
