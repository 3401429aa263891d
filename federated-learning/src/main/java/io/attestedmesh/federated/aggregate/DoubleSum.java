package io.attestedmesh.federated.aggregate;

import io.attestedmesh.federated.model.Tensor;

/** In float64, as {@link FloatSum} in float32. */
final class DoubleSum implements TensorSum {
    private final double[][] sums;

    DoubleSum(int elements) {
        sums = new double[Elements.blocks(elements)][];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = new double[Elements.inBlock(i, elements)];
        }
    }

    @Override
    public void add(Tensor tensor, long weight) {
        double[] block = new double[Elements.inBlock(0, tensor.elements())];
        for (int i = 0; i < sums.length; i++) {
            tensor.doubles(i * Elements.BLOCK, block, sums[i].length);
            add(sums[i], block, (double) weight);
        }
    }

    private static void add(double[] sum, double[] block, double weight) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += block[i] * weight;
        }
    }

    @Override
    public Tensor mean(Tensor like, long total) {
        TensorWriter mean = new TensorWriter(like);
        for (int i = 0; i < sums.length; i++) {
            double[] sum = sums[i];
            divide(sum, (double) total);
            mean.put(sum, sum.length);
            sums[i] = null; // as the mean grows, the sum shrinks
        }
        return mean.written();
    }

    private static void divide(double[] sum, double total) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] /= total;
        }
    }
}
