package io.attestedmesh.cli.demo;

import io.attestedmesh.federated.learn.Learner;
import io.attestedmesh.federated.learn.LearnerException;
import io.attestedmesh.federated.learn.Scalar;
import io.attestedmesh.federated.model.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Measures each model before it is trained further, and remembers how good it was. */
final class Recording implements Learner {
    private final Learner learner;
    private final List<Double> accuracy = new ArrayList<>();

    Recording(Learner learner) {
        this.learner = learner;
    }

    /** Of the model that learning began with, and after each round. */
    synchronized List<Double> accuracy() {
        return List.copyOf(accuracy);
    }

    @Override
    public Model get() throws LearnerException, InterruptedException {
        return learner.get();
    }

    @Override
    public void set(Model model) throws LearnerException, InterruptedException {
        learner.set(model);
    }

    @Override
    public Fit fit(Map<String, Scalar> config) throws LearnerException, InterruptedException {
        evaluate(config);
        return learner.fit(config);
    }

    @Override
    public Evaluation evaluate(Map<String, Scalar> config) throws LearnerException, InterruptedException {
        Evaluation evaluation = learner.evaluate(config);
        double reached = evaluation.metrics().get("accuracy").number().orElseThrow();
        synchronized (this) {
            accuracy.add(reached);
        }
        return evaluation;
    }
}
