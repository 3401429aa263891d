package io.attestedmesh.federated.secure;

import io.attestedmesh.federated.model.DType;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.Shape;
import io.attestedmesh.federated.model.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which tensors the updates of a run have, without what is in them.
 *
 * @param tensors in the model's order; of floats
 */
public record Layout(List<Entry> tensors) {
    /** One tensor. */
    public record Entry(String name, DType type, Shape shape) {}

    public Layout {
        tensors = List.copyOf(tensors);
        for (Entry tensor : tensors) {
            if (!tensor.type().isFloat()) {
                throw new IllegalArgumentException("tensor " + tensor.name() + " is of " + tensor.type()
                        + "; a mean of such numbers is none of them");
            }
        }
    }

    /**
     * That of a model, such as the one that training begins with.
     *
     * @throws IllegalArgumentException if a tensor is not of floats
     */
    public static Layout of(Model model) {
        return new Layout(entries(model));
    }

    private static List<Entry> entries(Model model) {
        List<Entry> entries = new ArrayList<>();
        model.tensors().forEach((name, tensor) -> entries.add(new Entry(name, tensor.type(), tensor.shape())));
        return entries;
    }

    /** Numbers in all. */
    long elements() {
        return tensors.stream().mapToLong(tensor -> tensor.shape().elements()).sum();
    }

    void require(Model model) throws SecureAggregationException {
        List<Entry> actual = entries(model);
        if (!actual.equals(tensors)) {
            int first = 0;
            while (first < Math.min(actual.size(), tensors.size())
                    && actual.get(first).equals(tensors.get(first))) {
                first++;
            }
            throw new SecureAggregationException(SecureReason.OTHER_MODEL, text(tensors, first), text(actual, first));
        }
    }

    private static String text(List<Entry> tensors, int at) {
        if (at >= tensors.size()) {
            return tensors.size() + " tensors";
        }
        Entry tensor = tensors.get(at);
        return tensor.name() + ": " + tensor.type() + " " + tensor.shape();
    }

    /** Names, types and shapes, each with its length before it, so that no two layouts are written the same. */
    void digestInto(MessageDigest digest) {
        digest.update(fixed(tensors.size()));
        for (Entry tensor : tensors) {
            byte[] name = tensor.name().getBytes(StandardCharsets.UTF_8);
            digest.update(fixed(name.length));
            digest.update(name);
            digest.update(tensor.type().code().getBytes(StandardCharsets.US_ASCII));
            digest.update(fixed(tensor.shape().dimensions().size()));
            tensor.shape().dimensions().forEach(length -> digest.update(fixed(length)));
        }
    }

    private static byte[] fixed(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }

    /** A model of this layout, of numbers by their place. */
    Model model(java.util.function.LongToDoubleFunction at) {
        Map<String, Tensor> filled = new LinkedHashMap<>();
        long place = 0;
        for (Entry tensor : tensors) {
            int elements = tensor.shape().elements();
            ByteBuffer data = ByteBuffer.allocate(
                            Math.multiplyExact(elements, tensor.type().bytes()))
                    .order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < elements; i++) {
                double value = at.applyAsDouble(place++);
                switch (tensor.type()) {
                    case FLOAT16 -> data.putShort(io.attestedmesh.federated.model.Float16.of((float) value));
                    case FLOAT32 -> data.putFloat((float) value);
                    default -> data.putDouble(value);
                }
            }
            filled.put(tensor.name(), Tensor.of(tensor.type(), tensor.shape(), data.flip()));
        }
        return Model.of(filled);
    }
}
