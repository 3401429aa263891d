package io.attestedmesh.federated.model;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The lengths of a tensor's dimensions, outermost first; none for a scalar.
 *
 * @param dimensions {@value #MOST_DIMENSIONS} at most, each from 0 on, their product an int
 */
public record Shape(List<Integer> dimensions) {
    /** As many as NumPy 1 has. */
    public static final int MOST_DIMENSIONS = 32;

    public Shape {
        dimensions = List.copyOf(dimensions);
        if (dimensions.size() > MOST_DIMENSIONS) {
            throw new IllegalArgumentException(dimensions.size() + " dimensions");
        }
        long product = 1;
        for (int length : dimensions) {
            if (length < 0) {
                throw new IllegalArgumentException("a dimension of length " + length);
            }
            product = Math.multiplyExact(product, (long) length);
            if (product > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("more elements than an int counts");
            }
        }
    }

    public static Shape of(Integer... dimensions) {
        return new Shape(List.of(dimensions));
    }

    public int elements() {
        int product = 1;
        for (int length : dimensions) {
            product *= length;
        }
        return product;
    }

    /** As NumPy writes it, but for the comma behind a single length. */
    @Override
    public String toString() {
        return dimensions.stream().map(String::valueOf).collect(Collectors.joining(", ", "(", ")"));
    }
}
