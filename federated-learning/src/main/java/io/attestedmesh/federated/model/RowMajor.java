package io.attestedmesh.federated.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Brings elements into the order of a {@link Tensor}: row-major, little-endian. */
final class RowMajor {
    /** Elements; a square of it is in the first level of the processor's cache, of source and of target. */
    private static final int TILE = 32;

    private final int width;
    private final ByteBuffer from;
    private final ByteBuffer to;

    private RowMajor(int width, ByteBuffer from, ByteBuffer to) {
        this.width = width;
        this.from = from;
        this.to = to;
    }

    /** The remaining bytes themselves if they are in that order already, else a copy of them. */
    static ByteBuffer littleEndian(UntrustedTensor tensor, ByteBuffer data) {
        int width = tensor.type().bytes();
        ByteBuffer ordered = data.slice();
        if (tensor.columnMajor() && hasOrder(tensor.shape())) {
            ByteBuffer target = ByteBuffer.allocate(ordered.remaining());
            new RowMajor(width, ordered, target).transpose(tensor.shape().dimensions());
            ordered = target;
        }
        return width > 1 && tensor.order() == ByteOrder.BIG_ENDIAN ? swapped(ordered, width) : ordered;
    }

    /** False if it is the same in either order: at most one dimension is longer than 1, or there is no element. */
    private static boolean hasOrder(Shape shape) {
        return shape.elements() > 0
                && shape.dimensions().stream().filter(length -> length > 1).count() > 1;
    }

    private static ByteBuffer swapped(ByteBuffer data, int width) {
        ByteBuffer big = data.duplicate().order(ByteOrder.BIG_ENDIAN);
        ByteBuffer little = ByteBuffer.allocate(data.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        switch (width) {
            case 2 -> little.asShortBuffer().put(big.asShortBuffer());
            case 4 -> little.asIntBuffer().put(big.asIntBuffer());
            default -> little.asLongBuffer().put(big.asLongBuffer());
        }
        return little;
    }

    /**
     * The first dimension is contiguous in the source and the last one in the target: for each place in the dimensions
     * between them there is one matrix of those two to turn.
     */
    private void transpose(List<Integer> dimensions) {
        int rank = dimensions.size();
        int first = dimensions.get(0);
        int last = dimensions.get(rank - 1);
        int middle = 1;
        for (int length : dimensions.subList(1, rank - 1)) {
            middle *= length;
        }
        int[] place = new int[rank];
        for (int m = 0; m < middle; m++) {
            int source = 0;
            int stride = first;
            for (int d = 1; d < rank - 1; d++) {
                source += place[d] * stride;
                stride *= dimensions.get(d);
            }
            matrix(first, last, source, stride, m * last, middle * last);
            for (int d = rank - 2; d > 0 && ++place[d] == dimensions.get(d); d--) {
                place[d] = 0;
            }
        }
    }

    /** Tile by tile, so that a line of the cache that was fetched is used whole. Places are in elements. */
    private void matrix(int rows, int columns, int source, int sourceStride, int target, int targetStride) {
        for (int top = 0; top < rows; top += TILE) {
            int bottom = Math.min(rows, top + TILE);
            for (int left = 0; left < columns; left += TILE) {
                int right = Math.min(columns, left + TILE);
                for (int row = top; row < bottom; row++) {
                    for (int column = left; column < right; column++) {
                        move(source + row + column * sourceStride, target + row * targetStride + column);
                    }
                }
            }
        }
    }

    private void move(int source, int target) {
        int s = source * width;
        int t = target * width;
        switch (width) {
            case 1 -> to.put(t, from.get(s));
            case 2 -> to.putShort(t, from.getShort(s));
            case 4 -> to.putInt(t, from.getInt(s));
            default -> to.putLong(t, from.getLong(s));
        }
    }
}
