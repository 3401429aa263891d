package io.attestedmesh.federated.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * Numbers of one type in a grid: row-major, little-endian, immutable. The bytes may be on the heap, outside of it, or a
 * mapped part of a file, and are never copied by this class.
 */
public final class Tensor {
    private static final int BLOCK = 4096;

    private final DType type;
    private final Shape shape;
    private final ByteBuffer data;

    private Tensor(DType type, Shape shape, ByteBuffer data) {
        this.type = type;
        this.shape = shape;
        this.data = data;
    }

    /**
     * A tensor over the remaining bytes of {@code data}, which nobody may change from here on.
     *
     * @throws IllegalArgumentException if there are not as many bytes as the shape needs
     */
    public static Tensor of(DType type, Shape shape, ByteBuffer data) {
        long needed = (long) shape.elements() * type.bytes();
        if (needed != data.remaining()) {
            throw new IllegalArgumentException(
                    type + " " + shape + " needs " + needed + " bytes, and there are " + data.remaining());
        }
        return new Tensor(type, shape, data.slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN));
    }

    /** Elements are copied. */
    public static Tensor of(Shape shape, float... elements) {
        ByteBuffer data = ByteBuffer.allocate(Math.multiplyExact(elements.length, Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(elements);
        return of(DType.FLOAT32, shape, data);
    }

    public DType type() {
        return type;
    }

    public Shape shape() {
        return shape;
    }

    public int elements() {
        return shape.elements();
    }

    /** A view of all bytes, read-only, little-endian. */
    public ByteBuffer data() {
        return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** One element, row-major, as the nearest double. For more than a few of them, {@link #floats} or {@link #data}. */
    public double at(int element) {
        Objects.checkIndex(element, elements());
        return type.read(data, element * type.bytes());
    }

    /** Elements {@code from} to {@code from + count} as the nearest floats, into the beginning of {@code into}. */
    public void floats(int from, float[] into, int count) {
        Objects.checkFromIndexSize(from, count, elements());
        if (type == DType.FLOAT32) {
            data().position(from * Float.BYTES).asFloatBuffer().get(into, 0, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            into[i] = (float) type.read(data, (from + i) * type.bytes());
        }
    }

    /** Elements {@code from} to {@code from + count} as the nearest doubles, into the beginning of {@code into}. */
    public void doubles(int from, double[] into, int count) {
        Objects.checkFromIndexSize(from, count, elements());
        if (type == DType.FLOAT64) {
            data().position(from * Double.BYTES).asDoubleBuffer().get(into, 0, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            into[i] = type.read(data, (from + i) * type.bytes());
        }
    }

    /** The place of the first element that is infinite or not a number. */
    OptionalInt firstNotFinite() {
        double[] block = new double[type.isFloat() ? Math.min(BLOCK, elements()) : 0];
        for (int at = 0; type.isFloat() && at < elements(); at += BLOCK) {
            int count = Math.min(BLOCK, elements() - at);
            doubles(at, block, count);
            for (int i = 0; i < count; i++) {
                if (!Double.isFinite(block[i])) {
                    return OptionalInt.of(at + i);
                }
            }
        }
        return OptionalInt.empty();
    }

    /** Of the same type, shape and bytes: two zeros of different sign differ, two equal NaNs do not. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Tensor that && type == that.type && shape.equals(that.shape) && data.equals(that.data);
    }

    @Override
    public int hashCode() {
        return Objects.hash(type, shape, data);
    }

    /** Its type and shape, without what is in it. */
    @Override
    public String toString() {
        return type + " " + shape;
    }
}
