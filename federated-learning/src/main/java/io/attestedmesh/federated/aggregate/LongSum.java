package io.attestedmesh.federated.aggregate;

import io.attestedmesh.federated.model.Tensor;
import java.math.BigInteger;
import java.nio.LongBuffer;

/** Exact: 63 bits of an element times 63 bits of all weights are less than the 128 bits of a sum. */
final class LongSum implements TensorSum {
    private final long[] high;
    private final long[] low;

    LongSum(int elements) {
        this.high = new long[elements];
        this.low = new long[elements];
    }

    @Override
    public void add(Tensor tensor, long weight) {
        LongBuffer data = tensor.data().asLongBuffer();
        for (int i = 0; i < low.length; i++) {
            add(i, data.get(i), weight);
        }
    }

    void add(int at, long element, long weight) {
        long product = element * weight;
        low[at] += product;
        int carry = Long.compareUnsigned(low[at], product) < 0 ? 1 : 0;
        high[at] += Math.multiplyHigh(element, weight) + carry;
    }

    @Override
    public Tensor mean(Tensor like, long total) {
        TensorWriter mean = new TensorWriter(like);
        for (int i = 0; i < low.length; i++) {
            mean.put(mean(i, total));
        }
        return mean.written();
    }

    long mean(int at, long total) {
        long sum = low[at];
        if (high[at] != sum >> (Long.SIZE - 1)) {
            return wide(high[at], sum, BigInteger.valueOf(total));
        }
        long floor = Math.floorDiv(sum, total);
        long rest = Math.floorMod(sum, total);
        boolean up = rest > total - rest || (rest == total - rest && (floor & 1) == 1);
        return up ? floor + 1 : floor;
    }

    private static long wide(long high, long low, BigInteger total) {
        BigInteger sum = BigInteger.valueOf(high).shiftLeft(Long.SIZE).add(new BigInteger(Long.toUnsignedString(low)));
        BigInteger rest = sum.mod(total);
        BigInteger floor = sum.subtract(rest).divide(total);
        int half = rest.shiftLeft(1).compareTo(total);
        boolean up = half > 0 || (half == 0 && floor.testBit(0));
        return (up ? floor.add(BigInteger.ONE) : floor).longValueExact();
    }
}
