package io.attestedmesh.federated.aggregate;

import io.attestedmesh.federated.model.DType;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.Tensor;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/**
 * The mean, coordinate by coordinate, of what is left when as many of the smallest as of the largest are cut off: Yin et
 * al., <a href="https://arxiv.org/abs/1803.01498">Byzantine-Robust Distributed Learning: Towards Optimal Statistical
 * Rates</a> (ICML 2018). Cut down to the middle it is the median, of an even number the mean of the two in the middle.
 *
 * <p>The same as NumPy's {@code np.sort(x, axis=0)[cut:n - cut].mean(axis=0)}: added up from the smallest on, in the
 * tensor's type (float16 in float32; integers in float64, then rounded halves to even; int64 exactly, rounded alike).
 * Flower's trimmed mean leaves the order of what is added to {@code np.partition}, and may differ in the last bits.
 *
 * @param leastUpdates of which at least one is left, and one cut where anything is to be
 * @param cut how many of so many updates are cut off at each end; less than half
 */
record MiddleMean(String name, int leastUpdates, IntUnaryOperator cut) implements Robust {
    private static final int COORDINATES = 1024;

    static MiddleMean median() {
        return new MiddleMean("fedmedian", 1, updates -> (updates - 1) / 2);
    }

    /** Cuts {@code f} at each end. */
    static MiddleMean trimmed(int f) {
        return new MiddleMean("trimmed-mean", Math.addExact(Math.multiplyExact(2, f), 1), updates -> f);
    }

    /** Cuts the share {@code beta} of the updates at each end, rounded down, of no fewer updates than make that 1. */
    static MiddleMean trimmed(double beta) {
        return new MiddleMean(
                "trimmed-mean", beta == 0 ? 1 : (int) Math.min(Integer.MAX_VALUE, Math.ceil(1 / beta)), updates ->
                        (int) (beta * updates));
    }

    @Override
    public Model combine(Model global, List<Model> models) {
        int first = cut.applyAsInt(models.size());
        int last = models.size() - 1 - first;
        Map<String, Tensor> middle = new LinkedHashMap<>();
        global.tensors().forEach((name, like) -> {
            List<Tensor> tensors =
                    models.stream().map(model -> model.tensors().get(name)).toList();
            middle.put(name, middle(like.type(), tensors, first, last));
        });
        return Model.of(middle);
    }

    private static Tensor middle(DType type, List<Tensor> tensors, int first, int last) {
        return switch (type) {
            case FLOAT16, FLOAT32 -> floats(tensors, first, last);
            case INT64 -> longs(tensors, first, last);
            default -> doubles(tensors, first, last);
        };
    }

    private static Tensor floats(List<Tensor> tensors, int first, int last) {
        Tensor like = tensors.get(0);
        TensorWriter middle = new TensorWriter(like);
        float[][] rows = new float[tensors.size()][Math.min(COORDINATES, like.elements())];
        for (int at = 0; at < like.elements(); at += COORDINATES) {
            int count = Math.min(COORDINATES, like.elements() - at);
            for (int row = 0; row < rows.length; row++) {
                tensors.get(row).floats(at, rows[row], count);
            }
            SortingNetwork.sort(rows, count);
            for (int row = first + 1; row <= last; row++) {
                add(rows[first], rows[row], count);
            }
            divide(rows[first], last - first + 1, count);
            middle.put(rows[first], count);
        }
        return middle.written();
    }

    private static void add(float[] sum, float[] row, int count) {
        for (int i = 0; i < count; i++) {
            sum[i] += row[i];
        }
    }

    private static void divide(float[] sum, float by, int count) {
        for (int i = 0; i < count; i++) {
            sum[i] /= by;
        }
    }

    private static Tensor doubles(List<Tensor> tensors, int first, int last) {
        Tensor like = tensors.get(0);
        TensorWriter middle = new TensorWriter(like);
        double[][] rows = new double[tensors.size()][Math.min(COORDINATES, like.elements())];
        double[] column = new double[rows.length];
        for (int at = 0; at < like.elements(); at += COORDINATES) {
            int count = Math.min(COORDINATES, like.elements() - at);
            for (int row = 0; row < rows.length; row++) {
                tensors.get(row).doubles(at, rows[row], count);
            }
            for (int i = 0; i < count; i++) {
                for (int row = 0; row < rows.length; row++) {
                    column[row] = rows[row][i];
                }
                Arrays.sort(column);
                double sum = column[first];
                for (int row = first + 1; row <= last; row++) {
                    sum += column[row];
                }
                rows[0][i] = sum / (last - first + 1);
            }
            middle.put(rows[0], count);
        }
        return middle.written();
    }

    private static Tensor longs(List<Tensor> tensors, int first, int last) {
        TensorWriter middle = new TensorWriter(tensors.get(0));
        List<LongBuffer> rows =
                tensors.stream().map(tensor -> tensor.data().asLongBuffer()).toList();
        long[] column = new long[rows.size()];
        for (int i = 0; i < tensors.get(0).elements(); i++) {
            for (int row = 0; row < column.length; row++) {
                column[row] = rows.get(row).get(i);
            }
            Arrays.sort(column);
            LongSum sum = new LongSum(1);
            for (int row = first; row <= last; row++) {
                sum.add(0, column[row], 1);
            }
            middle.put(sum.mean(0, last - first + 1));
        }
        return middle.written();
    }
}
