package io.attestedmesh.releases.audit;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.list.Release;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Releases by the peers that match them, a peer being one that has all registers that a release names. Beside the code a
 * release names at most three registers: each is kept under the eight parts of them, and each question looks at eight
 * places, so that lists of thousands of releases of one code are never compared pair by pair.
 */
final class PeerIndex {
    private static final int WAYS = 1 << Registers.SURROUNDINGS.size();

    /**
     * Where releases are kept.
     *
     * @param named which of the surrounding registers they name, one bit for each
     * @param part which of them have {@code values}
     */
    private record Place(List<Optional<Bytes>> code, int named, int part, List<Bytes> values) {}

    private final List<Integer> code;
    private final Map<Place, Titles> releases = new HashMap<>();

    private PeerIndex(List<Integer> code) {
        this.code = code;
    }

    static PeerIndex of(Collection<Release> releases) {
        return of(Registers.CODE, releases);
    }

    /** With those registers for the code that have the indices {@code code}. */
    static PeerIndex of(List<Integer> code, Collection<Release> releases) {
        PeerIndex index = new PeerIndex(code);
        releases.forEach(index::add);
        return index;
    }

    private void add(Release release) {
        int named = named(release);
        for (int part = 0; part < WAYS; part++) {
            if (isWithin(part, named)) {
                releases.computeIfAbsent(place(release, named, part), unused -> new Titles())
                        .add(release);
            }
        }
    }

    /** Those that some peer of {@code release} matches, too. */
    Titles sharing(Release release) {
        Titles found = new Titles();
        int own = named(release);
        for (int named = 0; named < WAYS; named++) {
            collect(release, named, named & own, found);
        }
        return found;
    }

    /** Those of which every peer matches {@code release}, too. */
    Titles within(Release release) {
        Titles found = new Titles();
        int own = named(release);
        for (int named = 0; named < WAYS; named++) {
            if (isWithin(own, named)) {
                collect(release, named, own, found);
            }
        }
        return found;
    }

    /** Whether every peer of {@code release} matches one and the same of these. */
    boolean covers(Release release) {
        Titles found = new Titles();
        int own = named(release);
        for (int named = 0; named < WAYS; named++) {
            if (isWithin(named, own)) {
                collect(release, named, named, found);
            }
        }
        return !found.isEmpty();
    }

    private void collect(Release release, int named, int part, Titles found) {
        Titles there = releases.get(place(release, named, part));
        if (there != null) {
            found.addAll(there);
        }
    }

    private Place place(Release release, int named, int part) {
        List<Bytes> values = new ArrayList<>();
        for (int i = 0; i < Registers.SURROUNDINGS.size(); i++) {
            if (isWithin(1 << i, part)) {
                values.add(release.pcrs().get(Registers.SURROUNDINGS.get(i)).orElseThrow());
            }
        }
        return new Place(code.stream().map(release.pcrs()::get).toList(), named, part, values);
    }

    private static int named(Release release) {
        int named = 0;
        for (int i = 0; i < Registers.SURROUNDINGS.size(); i++) {
            if (release.pcrs().get(Registers.SURROUNDINGS.get(i)).isPresent()) {
                named |= 1 << i;
            }
        }
        return named;
    }

    private static boolean isWithin(int part, int whole) {
        return (part & ~whole) == 0;
    }
}
