package io.attestedmesh.federated.aggregate;

import io.attestedmesh.federated.learn.Scalar;
import io.attestedmesh.federated.model.Model;
import java.util.Map;

/**
 * The mean, weighted by examples: McMahan et al., <a href="https://arxiv.org/abs/1602.05629">Communication-Efficient
 * Learning of Deep Networks from Decentralized Data</a> (AISTATS 2017), with the arithmetic of {@link WeightedSum}.
 *
 * <p>FedProx is the same at the server: Li et al., <a href="https://arxiv.org/abs/1812.06127">Federated Optimization in
 * Heterogeneous Networks</a> (MLSys 2020). Participants add mu / 2 times the squared distance from the global model to
 * their loss, and are told mu as {@code proximal_mu}, the name that Flower has for it.
 */
record FedAvg(String name, Map<String, Scalar> fitConfig) implements Averaging {
    static FedAvg plain() {
        return new FedAvg("fedavg", Map.of());
    }

    static FedAvg proximal(double mu) {
        return new FedAvg("fedprox", Map.of("proximal_mu", new Scalar.Real(mu)));
    }

    @Override
    public Aggregation begin(Model global) {
        WeightedSum sum = new WeightedSum(global);
        return new Aggregation(this, global) {
            @Override
            void fold(Update update) {
                sum.add(update.model(), update.examples());
            }

            @Override
            Model end(Model before) {
                return sum.mean();
            }
        };
    }
}
