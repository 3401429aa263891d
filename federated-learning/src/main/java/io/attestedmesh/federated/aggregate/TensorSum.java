package io.attestedmesh.federated.aggregate;

import io.attestedmesh.federated.model.Tensor;

/** One tensor's part of a {@link WeightedSum}. */
sealed interface TensorSum permits FloatSum, DoubleSum, LongSum {
    void add(Tensor tensor, long weight);

    /** Of the type and shape of {@code like}. */
    Tensor mean(Tensor like, long total);
}
