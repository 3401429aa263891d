package io.attestedmesh.federated.aggregate;

import io.attestedmesh.federated.model.DType;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Models times their weights, added up one after the other, and in the end divided by the sum of the weights. That is the
 * order of P2PFL and of Flower's {@code aggregate}: the result is the same to the last bit as NumPy's
 * {@code sum = sum + x * n} from zeros on, then {@code sum / total}, in the type of the tensor. (NumPy 1, and P2PFL with it,
 * goes over to float64 where n or the total is a Python int above 65535; this does not.) It differs for these:
 *
 * <ul>
 *   <li>float16 is added up and divided as float32, and rounded once more at the end;
 *   <li>bool and integers of 32 bits or less are added up as float64, exactly below 2^53, and the mean is rounded to the
 *       nearest, halves to even (a bool is true if the weight of true is more than half);
 *   <li>int64 is added up exactly, and the mean rounded alike. NumPy would wrap around, and give float64.
 * </ul>
 *
 * <p>Flower's {@code aggregate_inplace}, which its FedAvg uses, adds up {@code x * (n / total)}. With k updates, unit
 * roundoff u (2^-24 for float32) and m the weighted mean of |x|, either is within (k + 1) u m of the true mean to first
 * order if the weights are floats of that type (for float32, whole numbers up to 2^24), and they differ by twice that at
 * most.
 *
 * <p>A sum takes as much memory as the model where that is float32 or float64, twice as much for float16 and int64, and 8
 * bytes an element for the others. {@link #mean(String)} gives the sum's memory back tensor by tensor.
 */
final class WeightedSum {
    private final Map<String, TensorSum> sums = new LinkedHashMap<>();
    private final Model like;
    private long total;

    WeightedSum(Model like) {
        this.like = like;
        like.tensors().forEach((name, tensor) -> sums.put(name, of(tensor.type(), tensor.elements())));
    }

    private static TensorSum of(DType type, int elements) {
        return switch (type) {
            case FLOAT16, FLOAT32 -> new FloatSum(elements);
            case INT64 -> new LongSum(elements);
            default -> new DoubleSum(elements);
        };
    }

    void add(Model model, long weight) {
        model.tensors().forEach((name, tensor) -> sums.get(name).add(tensor, weight));
        total = Math.addExact(total, weight);
    }

    Model mean() {
        Map<String, Tensor> mean = new LinkedHashMap<>();
        like.tensors().keySet().forEach(name -> mean.put(name, mean(name)));
        return Model.of(mean);
    }

    /** Of one tensor, once for each. */
    Tensor mean(String name) {
        return sums.remove(name).mean(like.tensors().get(name), total);
    }
}
