package io.attestedmesh.federated.aggregate;

import io.attestedmesh.federated.model.Model;
import java.util.List;
import java.util.TreeMap;

/**
 * Rules that compare the updates with each other. They hold all of them until the end, and read them in place. Numbers of
 * examples are what participants say of themselves, so they count for nothing here; and an average of several is refused,
 * since one that is poisoned would spoil the others in it, and count as one.
 */
sealed interface Robust extends AggregationRule permits MiddleMean, Krum {
    @Override
    default Aggregation begin(Model global) {
        return new Aggregation(this, global) {
            /** By the participants' names, so that the order of arrival makes no difference. */
            private final TreeMap<String, Model> held = new TreeMap<>();

            @Override
            void fold(Update update) {
                held.put(update.contributors().first(), update.model());
            }

            @Override
            Model end(Model before) {
                return combine(before, List.copyOf(held.values()));
            }
        };
    }

    /** Makes one of {@code models}, of which there are enough, all like {@code global}. */
    Model combine(Model global, List<Model> models);
}
