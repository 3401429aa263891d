package io.attestedmesh.examples.digits;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.random.RandomGenerator;

/** Sets of pictures, the same ones from the same seed on any machine. */
public final class Digits {
    /** In tenths: how many pictures of a {@link #skewed} set show digits that are its participant's own. */
    private static final int OWN = 9;

    private Digits() {}

    /** Every digit as often as the others, but for chance. */
    public static List<Digit> even(long seed, int count) {
        RandomGenerator random = new Random(seed);
        return draw(random, count, i -> random.nextInt(10));
    }

    /**
     * What one of several participants has who see different parts of the world: nine in ten pictures show digits of its
     * own, of which each of 2 participants has five and each of 5 has two.
     *
     * @param participant from 0 on
     */
    public static List<Digit> skewed(long seed, int count, int participant, int participants) {
        if (participant < 0 || participant >= participants) {
            throw new IllegalArgumentException(participant + " of " + participants);
        }
        RandomGenerator random = new Random(seed);
        int first = 10 * participant / participants;
        int own = Math.max(1, 10 * (participant + 1) / participants - first);
        return draw(random, count, i -> random.nextInt(10) < OWN ? first + random.nextInt(own) : random.nextInt(10));
    }

    private static List<Digit> draw(RandomGenerator random, int count, IntUnaryOperator value) {
        Pen pen = new Pen(random);
        List<Digit> digits = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            digits.add(pen.draw(value.applyAsInt(i)));
        }
        return List.copyOf(digits);
    }
}
