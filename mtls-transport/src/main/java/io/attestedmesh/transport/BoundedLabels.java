package io.attestedmesh.transport;

import java.util.HashSet;
import java.util.Set;

/** Names as values of a metric's label, so many and no more: each one costs memory for good, here and where it is kept. */
final class BoundedLabels {
    static final String OTHERS = "(others)";

    private final int capacity;
    private final Set<String> names = new HashSet<>();

    BoundedLabels(int capacity) {
        this.capacity = capacity;
    }

    /** The name itself for the first names seen, {@link #OTHERS} for those that come when there is no room. */
    synchronized String labelFor(String name) {
        return names.contains(name) || (names.size() < capacity && names.add(name)) ? name : OTHERS;
    }
}
