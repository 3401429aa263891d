package io.attestedmesh.cli.demo;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Accuracy over rounds as an SVG drawing (SVG 1.1), a line for each of what was tried. */
final class AccuracyPlot {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 360;
    private static final int LEFT = 50;
    private static final int RIGHT = 190;
    private static final int TOP = 20;
    private static final int BOTTOM = 40;
    private static final List<String> COLOURS = List.of("#1b6ca8", "#2a9d5c", "#c0392b", "#8e44ad", "#b9770e");

    private AccuracyPlot() {}

    static String of(Map<String, List<Double>> curves) {
        int rounds = curves.values().stream().mapToInt(List::size).max().orElse(1);
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
                        + " font-size=\"12\">%n<rect width=\"%d\" height=\"%d\" fill=\"white\"/>%n",
                WIDTH,
                HEIGHT,
                WIDTH,
                HEIGHT));
        for (int tenths = 0; tenths <= 10; tenths += 2) {
            double y = y(tenths / 10.0);
            svg.append(String.format(
                    Locale.ROOT,
                    "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#ddd\"/>"
                            + "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.1f</text>%n",
                    LEFT,
                    y,
                    WIDTH - RIGHT,
                    y,
                    LEFT - 6,
                    y + 4,
                    tenths / 10.0));
        }
        for (int round = 1; round <= rounds; round++) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d</text>%n",
                    x(round, rounds),
                    HEIGHT - BOTTOM + 18,
                    round));
        }
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">round</text>%n",
                (LEFT + WIDTH - RIGHT) / 2,
                HEIGHT - 6));
        int number = 0;
        for (Map.Entry<String, List<Double>> curve : curves.entrySet()) {
            svg.append(line(curve.getKey(), curve.getValue(), rounds, number++));
        }
        return svg.append("</svg>\n").toString();
    }

    private static String line(String name, List<Double> accuracy, int rounds, int number) {
        String colour = COLOURS.get(number % COLOURS.size());
        StringBuilder points = new StringBuilder();
        for (int round = 1; round <= accuracy.size(); round++) {
            points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(round, rounds), y(accuracy.get(round - 1))));
        }
        int legend = TOP + 10 + 20 * number;
        return String.format(
                Locale.ROOT,
                "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>"
                        + "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s %.2f</text>%n",
                points.toString().strip(),
                colour,
                WIDTH - RIGHT + 12,
                legend,
                colour,
                name,
                accuracy.isEmpty() ? 0.0 : accuracy.get(accuracy.size() - 1));
    }

    private static double x(int round, int rounds) {
        return rounds == 1 ? LEFT + 10 : LEFT + 10 + (WIDTH - RIGHT - LEFT - 20.0) * (round - 1) / (rounds - 1);
    }

    private static double y(double accuracy) {
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - accuracy);
    }
}
