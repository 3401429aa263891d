package io.attestedmesh.federated.aggregate;

import io.attestedmesh.federated.learn.Scalar;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/**
 * Adaptive steps of the server, one rule with three updates of the second moment: Reddi et al., <a
 * href="https://arxiv.org/abs/2003.00295">Adaptive Federated Optimization</a> (ICLR 2021). With the way to the mean d:
 *
 * <pre>
 * m = beta_1 m + (1 - beta_1) d
 * v = v + d^2                               Adagrad
 * v = v - (1 - beta_2) d^2 sign(v - d^2)    Yogi
 * v = beta_2 v + (1 - beta_2) d^2           Adam
 * w = w + eta m / (sqrt(v) + tau)
 * </pre>
 *
 * <p>As in Flower, and not in the paper: v begins at 0 (the paper: at tau^2 or more), the mean is weighted by examples, and
 * the eta of Adam in round t = 1, 2, ... is corrected by sqrt(1 - beta_2^(t+1)) / (1 - beta_1^(t+1)); t counts the rounds
 * that had a result. {@code eta_l}, the rate at which participants train, is told to them, which Flower does not do.
 *
 * @param beta2 means nothing for Adagrad
 */
record FedOpt(Second second, double eta, double beta1, double beta2, double tau) implements ServerOptimizer.Step {
    /** How the second moment moves. */
    enum Second {
        ADAM,
        YOGI,
        ADAGRAD
    }

    static AggregationRule rule(String name, FedOpt step, double etaL) {
        return new ServerOptimizer(name, Map.of("eta_l", new Scalar.Real(etaL)), List.of("m", "v"), step);
    }

    @Override
    public double apply(double delta, double[] moments, long round, DoubleUnaryOperator keep) {
        double square = delta * delta;
        double v = moments[1];
        moments[0] = keep.applyAsDouble(beta1 * moments[0] + (1 - beta1) * delta);
        moments[1] = keep.applyAsDouble(
                switch (second) {
                    case ADAM -> beta2 * v + (1 - beta2) * square;
                    case YOGI -> v - (1 - beta2) * square * Math.signum(v - square);
                    case ADAGRAD -> v + square;
                });
        return rate(round) * moments[0] / (Math.sqrt(moments[1]) + tau);
    }

    private double rate(long round) {
        return second == Second.ADAM
                ? eta * Math.sqrt(1 - Math.pow(beta2, round + 1.0)) / (1 - Math.pow(beta1, round + 1.0))
                : eta;
    }
}
