package io.attestedmesh.federated.server;

import io.attestedmesh.federated.learn.Learner;
import io.attestedmesh.federated.learn.Scalar;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.Shape;
import io.attestedmesh.federated.model.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Learns a number: each training goes half of the way from the parameters to the target. */
public final class TowardsTarget implements Learner {
    private static final int LENGTH = 3;

    private final float target;
    private final long examples;
    private final CountDownLatch started = new CountDownLatch(1);
    private volatile CountDownLatch mayEnd = new CountDownLatch(0);
    private volatile Model model = model(0);
    private final AtomicInteger trained = new AtomicInteger();

    public TowardsTarget(float target, long examples) {
        this.target = target;
        this.examples = examples;
    }

    /** The parameters of a learner of this kind that is at {@code value}. */
    public static Model model(float value) {
        float[] elements = new float[LENGTH];
        Arrays.fill(elements, value);
        return Model.of(Map.of("w", Tensor.of(Shape.of(LENGTH), elements)));
    }

    /** Where a model is. */
    public static double value(Model model) {
        return model.tensors().values().iterator().next().at(0);
    }

    /** From now on a training waits until it is let go. */
    public CountDownLatch holdUp() {
        mayEnd = new CountDownLatch(1);
        return mayEnd;
    }

    /** Returns once a training has begun. */
    public void awaitTraining() throws InterruptedException {
        started.await();
    }

    public int trained() {
        return trained.get();
    }

    @Override
    public Model get() {
        return model;
    }

    @Override
    public void set(Model parameters) {
        model = parameters;
    }

    @Override
    public Fit fit(Map<String, Scalar> config) throws InterruptedException {
        started.countDown();
        mayEnd.await();
        float now = (float) value(model);
        model = model(now + (target - now) / 2);
        trained.incrementAndGet();
        return new Fit(examples, Map.of("distance", new Scalar.Real(Math.abs(target - value(model)))));
    }

    @Override
    public Evaluation evaluate(Map<String, Scalar> config) {
        double distance = target - value(model);
        return new Evaluation(distance * distance, examples, Map.of("near", new Scalar.Real(1 / (1 + distance))));
    }
}
