package io.attestedmesh.federated.aggregate;

import io.attestedmesh.federated.learn.Scalar;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.RejectedModelException;
import java.util.Map;

/**
 * By what computation updates become the next model; {@link Rules#of} makes them. Used by one thread at a time, as are its
 * aggregations.
 */
public sealed interface AggregationRule permits Averaging, Robust {
    /** As {@link Rules#of} takes it. */
    String name();

    /** Without so many updates a round has no result. Whoever asks fewer participants than this need not begin. */
    int leastUpdates();

    /** Whether an update may be an average of several. */
    default boolean takesPartial() {
        return this instanceof Averaging;
    }

    /** What participants have to be told in each round's configuration for this rule to be what its name says. */
    default Map<String, Scalar> fitConfig() {
        return Map.of();
    }

    /**
     * Begins a round, which changes nothing of this rule until it has a result. It may be dropped at any time.
     *
     * @param global the model that the round's participants started from
     * @throws IllegalArgumentException if the state that was restored is of another model
     */
    Aggregation begin(Model global);

    /**
     * Refuses an update that {@link Aggregation#add} would refuse for what is in it.
     *
     * @param global the model that the round's participants started from
     * @throws RejectedModelException if it is another model's, or has elements that cannot be summed
     */
    default void require(Model update, Model global, long examples) throws RejectedModelException {
        update.requireLike(global);
        Elements.require(update, takesPartial() ? examples : 1);
    }

    /** What is remembered from one round to the next; empty for most rules, and for all before the first result. */
    default Map<String, Model> state() {
        return Map.of();
    }

    /**
     * Goes on from a {@link #state} of earlier.
     *
     * @throws IllegalArgumentException if it is not of this rule
     */
    default void restore(Map<String, Model> state) {
        if (!state.isEmpty()) {
            throw new IllegalArgumentException(name() + " remembers nothing, and is given " + state.keySet());
        }
    }
}
