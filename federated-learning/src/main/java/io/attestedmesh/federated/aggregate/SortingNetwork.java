package io.attestedmesh.federated.aggregate;

/**
 * Batcher's merge exchange (Knuth, The Art of Computer Programming 3, algorithm 5.2.2M). Which numbers are compared depends
 * on their count alone, so that many columns are sorted in step, and a comparison of two rows is SIMD.
 */
final class SortingNetwork {
    private SortingNetwork() {}

    /** Sorts each of the first {@code count} columns, the smallest into the first row. */
    static void sort(float[][] rows, int count) {
        int top = Integer.highestOneBit(Math.max(1, rows.length - 1));
        for (int p = top; p > 0; p >>= 1) {
            compare(rows, count, p, 0, p);
            for (int q = top; q > p; q >>= 1) {
                compare(rows, count, p, p, q - p);
            }
        }
    }

    private static void compare(float[][] rows, int count, int p, int rest, int distance) {
        for (int i = 0; i + distance < rows.length; i++) {
            if ((i & p) == rest) {
                order(rows[i], rows[i + distance], count);
            }
        }
    }

    private static void order(float[] low, float[] high, int count) {
        for (int i = 0; i < count; i++) {
            float a = low[i];
            float b = high[i];
            low[i] = Math.min(a, b);
            high[i] = Math.max(a, b);
        }
    }
}
