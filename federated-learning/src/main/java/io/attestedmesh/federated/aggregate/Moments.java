package io.attestedmesh.federated.aggregate;

import io.attestedmesh.federated.model.DType;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.RejectedModelException;
import io.attestedmesh.federated.model.Shape;
import io.attestedmesh.federated.model.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an optimizer remembers: running averages of the model's tensors of floating point, and how many rounds there were.
 * They are float32, or float64 where the tensor is; the squares of float16 would be beyond its range.
 */
record Moments(Map<String, Model> models, long rounds) {
    private static final String ROUNDS = "rounds";

    Moments {
        models = Map.copyOf(models);
    }

    static Moments zeros(List<String> names, Model global) {
        Map<String, Tensor> zeros = new LinkedHashMap<>();
        global.tensors().forEach((name, tensor) -> {
            if (tensor.type().isFloat()) {
                DType type = tensor.type() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
                ByteBuffer data = ByteBuffer.allocate(Math.multiplyExact(tensor.elements(), type.bytes()));
                zeros.put(name, Tensor.of(type, tensor.shape(), data));
            }
        });
        Map<String, Model> models = new LinkedHashMap<>();
        names.forEach(name -> models.put(name, Model.of(zeros)));
        return new Moments(models, 0);
    }

    static Moments of(List<String> names, Map<String, Model> state) {
        Set<String> expected = new TreeSet<>(names);
        expected.add(ROUNDS);
        if (!state.keySet().equals(expected)) {
            throw new IllegalArgumentException("to be remembered are " + expected + ", and not " + state.keySet());
        }
        Tensor rounds = state.get(ROUNDS).tensors().get(ROUNDS);
        if (rounds == null || rounds.type() != DType.INT64 || rounds.elements() != 1) {
            throw new IllegalArgumentException("a number of rounds that is not an int64");
        }
        Map<String, Model> models = new LinkedHashMap<>(state);
        models.remove(ROUNDS);
        return new Moments(models, rounds.data().getLong());
    }

    Map<String, Model> state() {
        ByteBuffer data = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        data.putLong(rounds).flip();
        Map<String, Model> state = new LinkedHashMap<>(models);
        state.put(ROUNDS, Model.of(Map.of(ROUNDS, Tensor.of(DType.INT64, Shape.of(), data))));
        return state;
    }

    /** Throws {@link IllegalArgumentException} if they are of another model than {@code zeros}, or not finite. */
    void requireLike(Moments zeros) {
        for (Map.Entry<String, Model> moment : models.entrySet()) {
            try {
                moment.getValue().requireLike(zeros.models.get(moment.getKey()));
                moment.getValue().requireFinite();
            } catch (RejectedModelException e) {
                throw new IllegalArgumentException("what is remembered as " + moment.getKey() + " does not fit", e);
            }
        }
    }
}
