package io.attestedmesh.federated.aggregate;

import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.ModelReason;
import io.attestedmesh.federated.model.RejectedModelException;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/** The updates of one round. What is refused leaves no trace: the result is that of the other updates alone. */
public abstract class Aggregation {
    /** Far more than take part in a round anywhere; {@link Elements} divides the range of numbers by it. */
    static final int MOST_UPDATES = 1 << 16;

    private final AggregationRule rule;
    private final Model global;
    private final SortedSet<String> contributors = new TreeSet<>();
    private int updates;
    private long examples;
    private boolean open = true;

    Aggregation(AggregationRule rule, Model global) {
        this.rule = rule;
        this.global = global;
    }

    /**
     * Takes one update. Rules that average have no use for its buffers from then on; robust ones read them again for the
     * result, so they must not change before that.
     *
     * @throws RejectedModelException if it cannot be part of this round; the others are not affected
     */
    public final void add(Update update) throws RejectedModelException {
        requireOpen();
        requireNew(update);
        rule.require(update.model(), global, update.examples());
        open = false; // until it is whole in the sum: what stops half-way, such as a lost file, must not be used
        fold(update);
        open = true;
        contributors.addAll(update.contributors());
        examples += update.examples();
        updates++;
    }

    private void requireNew(Update update) throws RejectedModelException {
        if (update.examples() < 1) {
            throw new RejectedModelException(
                    ModelReason.NO_EXAMPLES, "1 example or more", String.valueOf(update.examples()));
        }
        if (update.partial() && !rule.takesPartial()) {
            throw new RejectedModelException(
                    ModelReason.PARTIAL,
                    rule.name() + " needs each update by itself",
                    "an average of " + update.contributors().size());
        }
        for (String contributor : update.contributors()) {
            if (contributors.contains(contributor)) {
                throw new RejectedModelException(
                        ModelReason.DUPLICATE, "one update of each", "another with " + contributor);
            }
        }
        if (update.examples() > Long.MAX_VALUE / MOST_UPDATES) { // so that one cannot keep others out
            throw new RejectedModelException(
                    ModelReason.TOO_LARGE,
                    "at most " + Long.MAX_VALUE / MOST_UPDATES + " examples",
                    String.valueOf(update.examples()));
        }
        if (updates == MOST_UPDATES) {
            throw new RejectedModelException(ModelReason.TOO_LARGE, MOST_UPDATES + " updates", "one more");
        }
    }

    /** Takes an update that is known to fit. */
    abstract void fold(Update update);

    public final int updates() {
        return updates;
    }

    /** All who are in it; a view. */
    public final SortedSet<String> contributors() {
        return Collections.unmodifiableSortedSet(contributors);
    }

    /** The sum over the updates. */
    public final long examples() {
        return examples;
    }

    /**
     * Ends the round; what the rule remembers changes here, at the very end.
     *
     * @throws ArithmeticException if the next model would not be finite
     * @throws IllegalStateException if there are fewer updates than the rule needs, or the round has ended before
     */
    public final Model result() {
        requireOpen();
        if (updates < rule.leastUpdates()) {
            throw new IllegalStateException(
                    rule.name() + " needs " + rule.leastUpdates() + " updates, and there are " + updates);
        }
        open = false;
        return end(global);
    }

    private void requireOpen() {
        if (!open) {
            throw new IllegalStateException("this round has ended, or failed amid an update");
        }
    }

    abstract Model end(Model global);
}
