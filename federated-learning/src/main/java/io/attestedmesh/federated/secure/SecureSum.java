package io.attestedmesh.federated.secure;

import io.attestedmesh.federated.model.Model;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/** The sum of the quantised updates of those who were left, which is all that a run gives. */
public final class SecureSum {
    private final SecureTerms terms;
    private final SortedSet<Integer> survivors;
    private final Ring ring;
    private final byte[] sum;

    SecureSum(SecureTerms terms, SortedSet<Integer> survivors, byte[] sum) {
        this.terms = terms;
        this.survivors = Collections.unmodifiableSortedSet(new TreeSet<>(survivors));
        this.ring = terms.ring();
        this.sum = sum;
    }

    /** Clients whose updates are in it, as many as the threshold at least. */
    public SortedSet<Integer> survivors() {
        return survivors;
    }

    /** Of all these together. */
    public long examples() {
        return number(terms.layout().elements());
    }

    /** One number of the sum, in the order of the model's tensors, as a multiple of {@link Quantiser#step}. */
    public long number(long at) {
        return ring.get(sum, (int) (at * ring.bytes()));
    }

    /**
     * The mean of the clipped updates weighted by their examples; each number is off by {@link #largestError} at most,
     * besides being rounded to the model's type.
     *
     * @throws SecureAggregationException EXAMPLES if the clients say together that they have none, or too many
     */
    public Model mean() throws SecureAggregationException {
        long examples = examples();
        if (examples < survivors.size() || examples > terms.mostExamples() * survivors.size()) {
            throw new SecureAggregationException(
                    SecureReason.EXAMPLES,
                    survivors.size() + " to " + survivors.size() + " times " + terms.mostExamples(),
                    String.valueOf(examples));
        }
        double scale = terms.quantiser().step() * ((double) terms.mostExamples() / (double) examples);
        return terms.layout().model(at -> (double) number(at) * scale);
    }

    /** See {@link Quantiser#largestError}. */
    public double largestError() {
        return terms.quantiser().largestError(survivors.size(), terms.mostExamples(), examples());
    }

    @Override
    public String toString() {
        return "the sum of clients " + survivors;
    }
}
