package io.attestedmesh.federated.aggregate;

import io.attestedmesh.federated.model.DType;
import io.attestedmesh.federated.model.Float16;
import io.attestedmesh.federated.model.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A tensor as it comes to be, front to back; numbers are rounded to its type, for integers halves to even. */
final class TensorWriter {
    private final Tensor like;
    private final ByteBuffer data;

    TensorWriter(Tensor like) {
        this.like = like;
        this.data = ByteBuffer.allocate(
                        Math.multiplyExact(like.elements(), like.type().bytes()))
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    void put(float[] block, int count) {
        if (like.type() == DType.FLOAT32) {
            data.asFloatBuffer().put(block, 0, count);
            data.position(data.position() + count * Float.BYTES);
            return;
        }
        for (int i = 0; i < count; i++) {
            put((double) block[i]);
        }
    }

    void put(double[] block, int count) {
        for (int i = 0; i < count; i++) {
            put(block[i]);
        }
    }

    private void put(double element) {
        switch (like.type()) {
            case BOOL, INT8 -> data.put((byte) Math.rint(element));
            case INT16 -> data.putShort((short) Math.rint(element));
            case INT32 -> data.putInt((int) Math.rint(element));
            case INT64 -> data.putLong((long) Math.rint(element));
            case FLOAT16 -> data.putShort(Float16.of((float) element));
            case FLOAT32 -> data.putFloat((float) element);
            case FLOAT64 -> data.putDouble(element);
        }
    }

    /** Exactly, to an int64. */
    void put(long element) {
        data.putLong(element);
    }

    Tensor written() {
        return Tensor.of(like.type(), like.shape(), data.flip());
    }
}
