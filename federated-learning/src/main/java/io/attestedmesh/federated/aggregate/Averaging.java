package io.attestedmesh.federated.aggregate;

/** Rules that see no more of the updates than their weighted sum. */
sealed interface Averaging extends AggregationRule permits FedAvg, ServerOptimizer {
    @Override
    default int leastUpdates() {
        return 1;
    }
}
