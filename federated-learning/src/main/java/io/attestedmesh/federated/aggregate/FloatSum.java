package io.attestedmesh.federated.aggregate;

import io.attestedmesh.federated.model.Tensor;

/**
 * In float32, in blocks. The JIT compiler makes SIMD of a loop over two arrays if these have the same index in it; with an
 * offset into one of them it would have to know that they are not the same array.
 */
final class FloatSum implements TensorSum {
    private final float[][] sums;

    FloatSum(int elements) {
        sums = new float[Elements.blocks(elements)][];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = new float[Elements.inBlock(i, elements)];
        }
    }

    @Override
    public void add(Tensor tensor, long weight) {
        float[] block = new float[Elements.inBlock(0, tensor.elements())];
        for (int i = 0; i < sums.length; i++) {
            tensor.floats(i * Elements.BLOCK, block, sums[i].length);
            add(sums[i], block, (float) weight);
        }
    }

    private static void add(float[] sum, float[] block, float weight) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += block[i] * weight;
        }
    }

    @Override
    public Tensor mean(Tensor like, long total) {
        TensorWriter mean = new TensorWriter(like);
        for (int i = 0; i < sums.length; i++) {
            float[] sum = sums[i];
            divide(sum, (float) total);
            mean.put(sum, sum.length);
            sums[i] = null; // as the mean grows, the sum shrinks
        }
        return mean.written();
    }

    private static void divide(float[] sum, float total) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] /= total;
        }
    }
}
