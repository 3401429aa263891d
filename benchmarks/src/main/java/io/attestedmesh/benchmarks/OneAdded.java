package io.attestedmesh.benchmarks;

import io.attestedmesh.federated.learn.Learner;
import io.attestedmesh.federated.learn.Scalar;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.Shape;
import io.attestedmesh.federated.model.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** Learns by adding one to everything, from one example: after n rounds everything is n, whoever trained. */
final class OneAdded implements Learner {
    private static final int TENSORS = 10;

    private final int length;
    private volatile Model model;

    OneAdded(int bytes) {
        this.length = bytes / Float.BYTES / TENSORS;
        this.model = add(0);
    }

    private Model add(float more) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (int i = 0; i < TENSORS; i++) {
            float[] values = new float[length];
            String name = "layer" + i;
            if (model != null) {
                model.tensors().get(name).floats(0, values, length);
            }
            for (int j = 0; j < length; j++) {
                values[j] += more;
            }
            tensors.put(name, Tensor.of(Shape.of(length), values));
        }
        return Model.of(tensors);
    }

    double value() {
        return model.tensors().get("layer0").at(0);
    }

    @Override
    public Model get() {
        return model;
    }

    @Override
    public void set(Model other) {
        model = other;
    }

    @Override
    public Fit fit(Map<String, Scalar> config) {
        model = add(1);
        return new Fit(1, Map.of());
    }

    @Override
    public Evaluation evaluate(Map<String, Scalar> config) {
        return new Evaluation(0, 1, Map.of());
    }
}
