package io.attestedmesh.federated.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * A tensor as the bytes of a file or a peer describe it, which becomes a {@link Tensor} if there is one of that
 * description.
 *
 * @param columnMajor true for Fortran's order
 */
record UntrustedTensor(DType type, Shape shape, ByteOrder order, boolean columnMajor) {
    private static final long NOT_FLAGS = 0xfefefefefefefefeL;

    UntrustedTensor(DType type, Shape shape) {
        this(type, shape, ByteOrder.LITTLE_ENDIAN, false);
    }

    /**
     * The shape of those lengths, whatever they are.
     *
     * @throws RejectedModelException if there is none: too many dimensions, a negative length, too many elements
     */
    static Shape shape(List<Long> lengths) throws RejectedModelException {
        if (lengths.size() > Shape.MOST_DIMENSIONS) {
            throw new RejectedModelException(
                    ModelReason.TOO_LARGE, Shape.MOST_DIMENSIONS + " dimensions", String.valueOf(lengths.size()));
        }
        Integer[] checked = new Integer[lengths.size()];
        long product = 1;
        for (int i = 0; i < checked.length; i++) {
            long length = lengths.get(i);
            if (length < 0) {
                throw new RejectedModelException(ModelReason.MALFORMED, "dimensions from 0 on", String.valueOf(length));
            }
            // both factors are below 2^31 where the product is made
            product = length > Integer.MAX_VALUE ? Long.MAX_VALUE : product * length;
            if (product > Integer.MAX_VALUE) {
                throw new RejectedModelException(
                        ModelReason.TOO_LARGE, Integer.MAX_VALUE + " elements", "shape " + lengths);
            }
            checked[i] = (int) length;
        }
        return new Shape(Arrays.asList(checked));
    }

    /** What the elements take. */
    long bytes() {
        return (long) shape.elements() * type.bytes();
    }

    /**
     * The tensor over the remaining bytes, copied only if they are in another order than a {@link Tensor}'s.
     *
     * @throws RejectedModelException if there are fewer or more than the shape needs, or a flag is neither 0 nor 1
     */
    Tensor of(ByteBuffer data) throws RejectedModelException {
        if (data.remaining() != bytes()) {
            throw new RejectedModelException(
                    data.remaining() < bytes() ? ModelReason.TRUNCATED : ModelReason.MALFORMED,
                    bytes() + " bytes of " + type + " " + shape,
                    String.valueOf(data.remaining()));
        }
        if (type == DType.BOOL) {
            requireFlags(data);
        }
        return Tensor.of(type, shape, RowMajor.littleEndian(this, data));
    }

    private static void requireFlags(ByteBuffer data) throws RejectedModelException {
        int at = data.position();
        while (at <= data.limit() - Long.BYTES && (data.getLong(at) & NOT_FLAGS) == 0) {
            at += Long.BYTES;
        }
        for (; at < data.limit(); at++) {
            if ((data.get(at) & NOT_FLAGS) != 0) {
                throw new RejectedModelException(
                        ModelReason.MALFORMED, "a bool, 0 or 1", String.valueOf(data.get(at) & 0xff));
            }
        }
    }
}
