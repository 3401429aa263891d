package io.attestedmesh.federated.gossip;

import io.attestedmesh.federated.learn.Learner;
import io.attestedmesh.federated.learn.LearnerException;
import io.attestedmesh.federated.learn.Scalar;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.Shape;
import io.attestedmesh.federated.model.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Learns by adding its number to everything, from as many examples. */
final class AddingLearner implements Learner {
    private final int number;
    private volatile Model model;
    private volatile CountDownLatch mayGoOn = new CountDownLatch(0);
    private final CountDownLatch fitting = new CountDownLatch(1);

    AddingLearner(int number) {
        this.number = number;
        this.model = model(0.1f * number);
    }

    static Model model(float value) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("weight", Tensor.of(Shape.of(2, 3), value, value, value, value, value, value + 1));
        tensors.put("bias", Tensor.of(Shape.of(2), value, -value));
        return Model.of(tensors);
    }

    /** Has training wait. */
    CountDownLatch hold() {
        CountDownLatch latch = new CountDownLatch(1);
        mayGoOn = latch;
        return latch;
    }

    void awaitFitting() throws InterruptedException {
        if (!fitting.await(60, TimeUnit.SECONDS)) {
            throw new AssertionError("no training");
        }
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
    public Fit fit(Map<String, Scalar> config) throws LearnerException, InterruptedException {
        fitting.countDown();
        if (!mayGoOn.await(120, TimeUnit.SECONDS)) {
            throw new LearnerException("held too long");
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        model.tensors().forEach((name, tensor) -> {
            float[] values = new float[tensor.elements()];
            tensor.floats(0, values, values.length);
            for (int i = 0; i < values.length; i++) {
                values[i] += number / 3f;
            }
            tensors.put(name, Tensor.of(tensor.shape(), values));
        });
        model = Model.of(tensors);
        return new Fit(number, Map.of("accuracy", new Scalar.Real(0.5)));
    }

    @Override
    public Evaluation evaluate(Map<String, Scalar> config) {
        return new Evaluation(1.5, number, Map.of());
    }
}
