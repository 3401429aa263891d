package io.attestedmesh.federated.aggregate;

import io.attestedmesh.federated.model.Model;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A model that participants trained, or the average of several such models.
 *
 * @param contributors whose examples are in it, one at least
 * @param examples how many they are; the aggregation refuses a number below 1
 */
public record Update(SortedSet<String> contributors, Model model, long examples) {
    public Update {
        contributors = Collections.unmodifiableSortedSet(new TreeSet<>(contributors));
        if (contributors.isEmpty()) {
            throw new IllegalArgumentException("an update of nobody");
        }
    }

    public Update(Collection<String> contributors, Model model, long examples) {
        this(new TreeSet<>(contributors), model, examples);
    }

    /** True for an average of several, in which no single participant can be judged. */
    public boolean partial() {
        return contributors.size() > 1;
    }
}
