package io.attestedmesh.federated.aggregate;

import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/**
 * Momentum at the server: Hsu et al., <a href="https://arxiv.org/abs/1909.06335">Measuring the Effects of Non-Identical Data
 * Distribution for Federated Visual Classification</a> (2019). With the way to the mean d, v = momentum v + d and w = w +
 * learning_rate v. That is Flower's FedAvgM, whose v has the other sign; the paper has no learning rate, which is 1.
 */
record FedAvgM(double learningRate, double momentum) implements ServerOptimizer.Step {
    static AggregationRule rule(double learningRate, double momentum) {
        return new ServerOptimizer("fedavgm", Map.of(), List.of("momentum"), new FedAvgM(learningRate, momentum));
    }

    @Override
    public double apply(double delta, double[] moments, long round, DoubleUnaryOperator keep) {
        moments[0] = keep.applyAsDouble(momentum * moments[0] + delta);
        return learningRate * moments[0];
    }
}
