package io.attestedmesh.examples.digits;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Draws digits as by a hurried hand: each at another place, slanted, stretched and thick otherwise, and on dirty paper. */
final class Pen {
    /** The lines of each digit, point by point, x to the right and y downwards, as tenths of the height. */
    private static final double[][][] LINES = {
        {{3, 0, 1, 2, 0, 5, 1, 8, 3, 10, 5, 8, 6, 5, 5, 2, 3, 0}},
        {{1, 2, 3, 0, 3, 10}},
        {{0, 2, 2, 0, 5, 0, 6, 2, 5, 4, 0, 10, 6, 10}},
        {{0, 1, 3, 0, 6, 2, 5, 4, 2, 5, 5, 6, 6, 8, 3, 10, 0, 9}},
        {{4, 0, 0, 7, 6, 7}, {4, 4, 4, 10}},
        {{6, 0, 1, 0, 0, 4, 4, 4, 6, 7, 4, 10, 0, 9}},
        {{5, 0, 1, 4, 0, 7, 2, 10, 5, 9, 6, 7, 4, 5, 1, 6}},
        {{0, 0, 6, 0, 2, 10}},
        {{3, 0, 0, 2, 3, 5, 6, 8, 3, 10, 0, 8, 3, 5, 6, 2, 3, 0}},
        {{6, 3, 3, 5, 0, 3, 2, 0, 5, 0, 6, 3, 5, 7, 3, 10}}
    };

    private static final double HEIGHT = 8.5;
    private static final double NOISE = 0.1;

    private final RandomGenerator random;

    Pen(RandomGenerator random) {
        this.random = random;
    }

    Digit draw(int value) {
        double width = HEIGHT / 10 * between(0.85, 1.1);
        double height = HEIGHT / 10 * between(0.9, 1.05);
        double slant = between(-0.3, 0.3);
        double left = Digit.WIDTH / 2.0 + between(-1.05, 1.05);
        double top = Digit.WIDTH / 2.0 + between(-1.05, 1.05);
        double thickness = between(0.5, 0.9);
        List<double[]> strokes = new ArrayList<>();
        for (double[] line : LINES[value]) {
            double[] placed = new double[line.length];
            for (int i = 0; i < line.length; i += 2) {
                double x = line[i] - 3 + between(-0.45, 0.45);
                double y = line[i + 1] - 5 + between(-0.45, 0.45);
                placed[i] = left + width * x - slant * height * y;
                placed[i + 1] = top + height * y;
            }
            strokes.add(placed);
        }
        List<Float> pixels = new ArrayList<>(Digit.PIXELS);
        for (int i = 0; i < Digit.PIXELS; i++) {
            int row = i / Digit.WIDTH;
            double away = distance(strokes, i % Digit.WIDTH + 0.5, row + 0.5);
            double ink = clamp(1 + thickness - away) + NOISE * random.nextGaussian();
            pixels.add((float) clamp(ink));
        }
        return new Digit(value, pixels);
    }

    /** From the nearest point of all strokes. */
    private static double distance(List<double[]> strokes, double x, double y) {
        double nearest = Double.MAX_VALUE;
        for (double[] line : strokes) {
            for (int i = 2; i < line.length; i += 2) {
                double alongX = line[i] - line[i - 2];
                double alongY = line[i + 1] - line[i - 1];
                double fromX = x - line[i - 2];
                double fromY = y - line[i - 1];
                double part = clamp((fromX * alongX + fromY * alongY) / (alongX * alongX + alongY * alongY));
                nearest = Math.min(nearest, Math.hypot(fromX - part * alongX, fromY - part * alongY));
            }
        }
        return nearest;
    }

    private static double clamp(double value) {
        return Math.max(0, Math.min(1, value));
    }

    private double between(double least, double most) {
        return least + (most - least) * random.nextDouble();
    }
}
