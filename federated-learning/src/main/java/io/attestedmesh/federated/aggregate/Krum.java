package io.attestedmesh.federated.aggregate;

import io.attestedmesh.federated.model.DType;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.Tensor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Takes the updates that are nearest to their neighbours: Blanchard et al., <a
 * href="https://arxiv.org/abs/1703.02757">Machine Learning with Adversaries: Byzantine Tolerant Gradient Descent</a> (NIPS
 * 2017). An update's score is the sum of the squared distances to the n - f - 2 others that are nearest to it; the result
 * is the mean of the {@code chosen} updates with the lowest scores, not weighted, as in the paper. (Flower weights it by
 * examples, and one of those chosen could then claim so many that it alone counts.) Krum is Multi-Krum with one chosen.
 * Of equal scores the first by the participant's name counts as lower. Distances are over all tensors, also those of
 * integers, for one who is chosen is chosen with these.
 *
 * <p>With d elements it takes n (n - 1) / 2 times d steps. Squares of float16 and float32 are added up in float32, 16 of
 * them into each of 1024 sums, and these in float64.
 *
 * @param f how many updates may be poisoned
 * @param chosen 0 for n - f, the most that need not have a poisoned one among them
 */
record Krum(String name, int f, int chosen) implements Robust {
    private static final int COORDINATES = 1024;
    private static final int PARTS = 16;

    static Krum single(int f) {
        return new Krum("krum", f, 1);
    }

    static Krum multi(int f, int chosen) {
        return new Krum("multi-krum", f, chosen);
    }

    @Override
    public int leastUpdates() {
        return Math.max(Math.addExact(Math.multiplyExact(2, f), 3), Math.addExact(f, chosen));
    }

    @Override
    public Model combine(Model global, List<Model> models) {
        double[] scores = scores(distances(global, models));
        WeightedSum mean = new WeightedSum(global);
        IntStream.range(0, models.size())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> scores[i]))
                .limit(chosen == 0 ? models.size() - f : chosen)
                .sorted()
                .forEach(i -> mean.add(models.get(i), 1));
        return mean.mean();
    }

    private double[] scores(double[][] distances) {
        double[] scores = new double[distances.length];
        for (int i = 0; i < scores.length; i++) {
            double[] sorted = distances[i].clone();
            Arrays.sort(sorted);
            // the first is the distance to itself, 0
            for (int nearest = 1; nearest <= scores.length - f - 2; nearest++) {
                scores[i] += sorted[nearest];
            }
        }
        return scores;
    }

    static double[][] distances(Model global, List<Model> models) {
        double[][] distances = new double[models.size()][models.size()];
        global.tensors().forEach((name, like) -> {
            List<Tensor> tensors =
                    models.stream().map(model -> model.tensors().get(name)).toList();
            if (like.type() == DType.FLOAT16 || like.type() == DType.FLOAT32) {
                addFloats(distances, tensors, like.elements());
            } else {
                addDoubles(distances, tensors, like.elements());
            }
        });
        return distances;
    }

    private static void addFloats(double[][] distances, List<Tensor> tensors, int elements) {
        float[][][] rows = new float[tensors.size()][PARTS][COORDINATES];
        float[] squares = new float[COORDINATES];
        for (int at = 0; at < elements; at += PARTS * COORDINATES) {
            for (int row = 0; row < rows.length; row++) {
                read(tensors.get(row), at, rows[row]);
            }
            for (int i = 0; i < rows.length; i++) {
                for (int j = 0; j < i; j++) {
                    double distance = distance(rows[i], rows[j], squares);
                    distances[i][j] += distance;
                    distances[j][i] += distance;
                }
            }
        }
    }

    private static void read(Tensor tensor, int at, float[][] parts) {
        for (int part = 0; part < parts.length; part++) {
            int from = at + part * COORDINATES;
            int count = Math.max(0, Math.min(COORDINATES, tensor.elements() - from));
            if (count > 0) {
                tensor.floats(from, parts[part], count);
            }
            Arrays.fill(parts[part], count, COORDINATES, 0);
        }
    }

    private static double distance(float[][] a, float[][] b, float[] squares) {
        Arrays.fill(squares, 0);
        for (int part = 0; part < a.length; part++) {
            addSquares(squares, a[part], b[part]);
        }
        double distance = 0;
        for (float square : squares) {
            distance += square;
        }
        return distance;
    }

    /** One sum for each place; a loop with a single one is not made SIMD of. */
    private static void addSquares(float[] squares, float[] a, float[] b) {
        for (int i = 0; i < squares.length; i++) {
            squares[i] += (a[i] - b[i]) * (a[i] - b[i]);
        }
    }

    private static void addDoubles(double[][] distances, List<Tensor> tensors, int elements) {
        double[][] rows = new double[tensors.size()][COORDINATES];
        for (int at = 0; at < elements; at += COORDINATES) {
            int count = Math.min(COORDINATES, elements - at);
            for (int row = 0; row < rows.length; row++) {
                tensors.get(row).doubles(at, rows[row], count);
            }
            for (int i = 0; i < rows.length; i++) {
                for (int j = 0; j < i; j++) {
                    double distance = 0;
                    for (int k = 0; k < count; k++) {
                        distance += (rows[i][k] - rows[j][k]) * (rows[i][k] - rows[j][k]);
                    }
                    distances[i][j] += distance;
                    distances[j][i] += distance;
                }
            }
        }
    }
}
