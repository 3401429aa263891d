package io.attestedmesh.cli.demo;

import io.attestedmesh.federated.learn.Learner;
import io.attestedmesh.federated.learn.LearnerException;
import io.attestedmesh.federated.learn.Scalar;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** Trains as it should, and then gives large numbers that mean nothing: what attestation does not see. */
final class Poisoner implements Learner {
    private static final double LARGE = 50;

    private final Learner honest;
    private boolean trained;

    Poisoner(Learner honest) {
        this.honest = honest;
    }

    @Override
    public Model get() throws LearnerException, InterruptedException {
        return trained ? poison(honest.get()) : honest.get();
    }

    private static Model poison(Model model) {
        Map<String, Tensor> poisoned = new LinkedHashMap<>();
        model.tensors().forEach((name, tensor) -> {
            float[] elements = new float[tensor.elements()];
            for (int i = 0; i < elements.length; i++) {
                elements[i] = (float) (LARGE * Math.sin((double) i * i));
            }
            poisoned.put(name, Tensor.of(tensor.shape(), elements));
        });
        return Model.of(poisoned);
    }

    @Override
    public void set(Model model) throws LearnerException, InterruptedException {
        trained = false;
        honest.set(model);
    }

    @Override
    public Fit fit(Map<String, Scalar> config) throws LearnerException, InterruptedException {
        Fit fit = honest.fit(config);
        trained = true;
        return fit;
    }

    @Override
    public Evaluation evaluate(Map<String, Scalar> config) throws LearnerException, InterruptedException {
        return honest.evaluate(config);
    }
}
