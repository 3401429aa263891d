package io.attestedmesh.releases.audit;

import io.attestedmesh.releases.list.Release;
import java.util.ArrayList;
import java.util.List;

/** Which releases, in a sentence: the first few by their titles, and how many there are, however many that is. */
final class Titles {
    private final List<String> first = new ArrayList<>();
    private int count;

    void add(Release release) {
        count++;
        if (first.size() < Words.SHOWN) {
            first.add(release.title());
        }
    }

    void addAll(Titles others) {
        count += others.count;
        others.first.stream().limit(Words.SHOWN - first.size()).forEach(first::add);
    }

    boolean isEmpty() {
        return count == 0;
    }

    int count() {
        return count;
    }

    /** As {@code a 1.0.0, b 1.0.0, c 1.0.0, d 1.0.0, e 1.0.0 and 2 more}. */
    @Override
    public String toString() {
        return Words.list(first, count);
    }
}
