package io.attestedmesh.voting.simulation;

import java.util.Random;

/**
 * What one seed makes of the world.
 *
 * @param lossy messages are lost one by one; else a lost one breaks its connection, as TCP does
 */
record Schedule(
        long seed, int size, int threshold, int liars, int transactions, boolean lossy, double loss, double repeated) {
    /** Within the bound: no more liars than the committee bears. */
    static Schedule within(long seed) {
        Random random = new Random(seed);
        int size = 4 + random.nextInt(4);
        int threshold = size / 2 + 1 + random.nextInt(size - size / 2);
        int bound = 2 * threshold - size - 1;
        int liars = Math.min(random.nextInt(bound + 1), size - 1);
        return of(seed, size, threshold, liars, random);
    }

    /** One liar more than the committee bears, of the kind that says two things. */
    static Schedule beyond(long seed) {
        return of(seed, 5, 3, 1, new Random(seed));
    }

    boolean isBeyond() {
        return liars > 2 * threshold - size - 1;
    }

    private static Schedule of(long seed, int size, int threshold, int liars, Random random) {
        return new Schedule(
                seed,
                size,
                threshold,
                liars,
                3 + random.nextInt(4),
                random.nextBoolean(),
                random.nextDouble() * 0.2,
                random.nextDouble() * 0.2);
    }
}
