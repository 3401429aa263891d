package io.attestedmesh.federated.secure;

/**
 * Real numbers as whole multiples of a step, for sums that are exact. A number is clipped to {@code [-clip, clip]}, weighted
 * by its share of the most examples a client may have, and rounded to the nearest multiple, ties to even.
 *
 * @param clip the largest magnitude that is kept, positive
 * @param bits of a rounded number with its sign, 2 to {@value #MOST_BITS}
 */
public record Quantiser(double clip, int bits) {
    /** Above it a double does not tell multiples from each other any more once they are scaled. */
    public static final int MOST_BITS = 40;

    public Quantiser {
        if (!Double.isFinite(clip) || clip < Float.MIN_NORMAL || bits < 2 || bits > MOST_BITS) {
            throw new IllegalArgumentException("a clip range of " + clip + " and " + bits + " bits");
        }
    }

    /** The largest multiple, {@code 2^(bits - 1) - 1}: what {@link #clip} becomes at full weight. */
    public long largest() {
        return (1L << (bits - 1)) - 1;
    }

    /** What one multiple stands for. */
    public double step() {
        return clip / (double) largest();
    }

    /** Of a finite number; {@code weight} is more than 0 and at most 1. */
    long quantise(double value, double weight) {
        double clipped = Math.max(-clip, Math.min(clip, value));
        double multiple = Math.rint(clipped * (weight * (double) largest() / clip));
        return (long) Math.max((double) -largest(), Math.min((double) largest(), multiple));
    }

    /**
     * How far the mean of a sum of clients may be from the weighted mean of their clipped numbers, before it is rounded to
     * the model's type: half a step a client, times what undoes the weights.
     *
     * @param clients that are in the sum
     * @param examples of all of them
     */
    public double largestError(int clients, long mostExamples, long examples) {
        return clients * step() / 2 * ((double) mostExamples / (double) examples) * (1 + 0x1p-40) + clip * 0x1p-48;
    }
}
