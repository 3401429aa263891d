package io.attestedmesh.examples.digits;

import java.util.List;

/**
 * A picture and what it shows.
 *
 * @param pixels {@link #WIDTH} rows of as many pixels, from the top left one; 0 is paper, 1 is ink
 */
public record Digit(int value, List<Float> pixels) {
    /** Of a picture, and its height, in pixels. */
    public static final int WIDTH = 12;

    public static final int PIXELS = WIDTH * WIDTH;

    public Digit {
        pixels = List.copyOf(pixels);
        if (value < 0 || value > 9 || pixels.size() != PIXELS) {
            throw new IllegalArgumentException("a picture of " + value + " with " + pixels.size() + " pixels");
        }
    }
}
