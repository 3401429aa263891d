package io.attestedmesh.benchmarks.parties;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/** A cost by a number, as an SVG picture. */
final class Plot {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 320;
    private static final int MARGIN = 60;

    private final IntFunction<String> figure;
    private final String unit;
    private final String axis;
    private final String title;

    /**
     * Draws nothing yet.
     *
     * @param figure what the cost is called, by the number
     * @param axis what the numbers are of
     */
    Plot(IntFunction<String> figure, String unit, String axis, String title) {
        this.figure = figure;
        this.unit = unit;
        this.axis = axis;
        this.title = title;
    }

    byte[] of(Figures figures, List<Integer> numbers) {
        double[] costs = new double[numbers.size()];
        double most = 0;
        for (int i = 0; i < costs.length; i++) {
            costs[i] = figures.median(figure.apply(numbers.get(i)));
            most = Math.max(most, costs[i]);
        }
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
                        + " font-size=\"13\">%n<rect width=\"%1$d\" height=\"%2$d\" fill=\"white\"/>%n",
                WIDTH,
                HEIGHT));
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < costs.length; i++) {
            double x = MARGIN + (WIDTH - 2.0 * MARGIN) * i / (costs.length - 1);
            double y = HEIGHT - MARGIN - (HEIGHT - 2.0 * MARGIN) * costs[i] / (1.2 * most);
            line.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
            svg.append(String.format(
                    Locale.ROOT,
                    "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\"/><text x=\"%1$.1f\" y=\"%.1f\""
                            + " text-anchor=\"middle\">%.1f %s</text>"
                            + "<text x=\"%1$.1f\" y=\"%d\" text-anchor=\"middle\">%,d</text>%n",
                    x,
                    y,
                    y - 12,
                    costs[i],
                    unit,
                    HEIGHT - MARGIN + 20,
                    numbers.get(i)));
        }
        svg.append(String.format(
                Locale.ROOT,
                "<polyline points=\"%s\" fill=\"none\" stroke=\"black\" stroke-width=\"2\"/>%n"
                        + "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%3$d\" stroke=\"grey\"/>%n"
                        + "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>%n"
                        + "<text x=\"%2$d\" y=\"24\">%s</text>%n</svg>%n",
                line.toString().strip(),
                MARGIN,
                HEIGHT - MARGIN,
                WIDTH - MARGIN,
                WIDTH / 2,
                HEIGHT - 14,
                axis,
                title));
        return svg.toString().getBytes(StandardCharsets.UTF_8);
    }
}
