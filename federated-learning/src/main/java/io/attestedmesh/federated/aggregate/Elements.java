package io.attestedmesh.federated.aggregate;

import io.attestedmesh.federated.model.DType;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.ModelReason;
import io.attestedmesh.federated.model.RejectedModelException;
import io.attestedmesh.federated.model.Tensor;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.Map;

/**
 * Refuses elements that would spoil a sum. Each update is held to a bound of its own, a {@link Aggregation#MOST_UPDATES}th
 * of half of what the sum can hold: with a bound on the sum, one update could use up the room of all others and have them
 * refused.
 */
final class Elements {
    /** How many are looked at together; two arrays of so many floats fit in the first cache. */
    static final int BLOCK = 4096;

    private static final int MAGNITUDE = 0x7fffffff;

    private Elements() {}

    /** Looks at all elements of floating point, times {@code weight}, and at whether a bool is one. */
    static void require(Model model, long weight) throws RejectedModelException {
        for (Map.Entry<String, Tensor> entry : model.tensors().entrySet()) {
            Tensor tensor = entry.getValue();
            if (tensor.type() == DType.BOOL) {
                requireBool(entry.getKey(), tensor.data());
            } else if (tensor.type().isFloat()) {
                double largest = tensor.type() == DType.FLOAT64 ? Double.MAX_VALUE : Float.MAX_VALUE;
                double bound = largest / 2 / Aggregation.MOST_UPDATES / weight;
                boolean within =
                        tensor.type() == DType.FLOAT32 ? allWithin(tensor, (float) bound) : greatest(tensor) <= bound;
                if (!within) {
                    throw refusal(entry.getKey(), tensor, tensor.type() == DType.FLOAT32 ? (float) bound : bound);
                }
            }
        }
    }

    /** How many blocks so many elements fill. */
    static int blocks(int elements) {
        return (int) (((long) elements + BLOCK - 1) / BLOCK);
    }

    /** How many elements are in the block of that number, out of so many in all. */
    static int inBlock(int block, int elements) {
        return Math.min(BLOCK, elements - block * BLOCK);
    }

    /** Without their signs, floats are in the order of their bits, and what is not finite comes last. */
    private static boolean allWithin(Tensor tensor, float bound) {
        int limit = Float.floatToRawIntBits(bound);
        int[] bits = new int[inBlock(0, tensor.elements())];
        int[] excess = new int[bits.length]; // one for each place, since a loop with a single one is not made SIMD of
        IntBuffer data = tensor.data().asIntBuffer();
        while (data.hasRemaining()) {
            int count = Math.min(bits.length, data.remaining());
            data.get(bits, 0, count);
            compare(excess, bits, count, limit);
        }
        for (int one : excess) {
            if (one < 0) {
                return false;
            }
        }
        return true;
    }

    /** Makes negative what is above the limit; both are positive, so the difference cannot overflow. */
    private static void compare(int[] excess, int[] bits, int count, int limit) {
        for (int i = 0; i < count; i++) {
            excess[i] |= limit - (bits[i] & MAGNITUDE);
        }
    }

    private static double greatest(Tensor tensor) {
        double[] block = new double[Math.min(BLOCK, tensor.elements())];
        double most = 0;
        for (int at = 0; at < tensor.elements(); at += BLOCK) {
            int count = Math.min(BLOCK, tensor.elements() - at);
            tensor.doubles(at, block, count);
            for (int i = 0; i < count; i++) {
                most = Math.max(most, Math.abs(block[i])); // NaN if one is
            }
        }
        return most;
    }

    private static void requireBool(String name, ByteBuffer data) throws RejectedModelException {
        while (data.hasRemaining()) {
            byte element = data.get();
            if ((element & ~1) != 0) {
                throw new RejectedModelException(
                        ModelReason.MALFORMED, name + ": 0 or 1", element + " at " + (data.position() - 1));
            }
        }
    }

    private static RejectedModelException refusal(String name, Tensor tensor, double bound) {
        int at = 0;
        while (Math.abs(tensor.at(at)) <= bound) {
            at++;
        }
        boolean finite = Double.isFinite(tensor.at(at));
        return new RejectedModelException(
                finite ? ModelReason.TOO_LARGE : ModelReason.NOT_FINITE,
                name + (finite ? ": " + bound + " at most, for so many examples" : ": finite elements"),
                tensor.at(at) + " at " + at);
    }
}
