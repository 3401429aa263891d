package io.attestedmesh.federated.aggregate;

import io.attestedmesh.federated.learn.Scalar;
import io.attestedmesh.federated.model.DType;
import io.attestedmesh.federated.model.Float16;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/**
 * Takes the way from the global model to the weighted mean for a gradient, and makes a step along it with what is
 * remembered of earlier rounds. All is computed in float64, {@link Moments} are rounded before they are used and kept, and
 * the model is rounded once at the end; Flower rounds after each operation, and the two differ in the last bits. Tensors of
 * integers and bools, which are counters and masks, become their mean.
 *
 * <p>The moments take as much memory as the model, each, and twice that while a result is made: the old ones stay until it
 * is whole.
 */
final class ServerOptimizer implements Averaging {
    /** One step, of one coordinate. */
    interface Step {
        /**
         * Changes the moments, and returns what to add to the weight.
         *
         * @param delta from the global model to the mean
         * @param moments in the order of their names; each to be rounded by {@code keep} before use
         * @param round from 1 on
         */
        double apply(double delta, double[] moments, long round, DoubleUnaryOperator keep);
    }

    private final String name;
    private final Map<String, Scalar> fitConfig;
    private final List<String> names;
    private final Step step;
    private Optional<Moments> remembered = Optional.empty();

    ServerOptimizer(String name, Map<String, Scalar> fitConfig, List<String> moments, Step step) {
        this.name = name;
        this.fitConfig = Map.copyOf(fitConfig);
        this.names = List.copyOf(moments);
        this.step = step;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Map<String, Scalar> fitConfig() {
        return fitConfig;
    }

    @Override
    public Map<String, Model> state() {
        return remembered.map(Moments::state).orElse(Map.of());
    }

    @Override
    public void restore(Map<String, Model> state) {
        remembered = state.isEmpty() ? Optional.empty() : Optional.of(Moments.of(names, state));
    }

    @Override
    public Aggregation begin(Model global) {
        remembered.ifPresent(moments -> moments.requireLike(Moments.zeros(names, global)));
        WeightedSum sum = new WeightedSum(global);
        return new Aggregation(this, global) {
            @Override
            void fold(Update update) {
                sum.add(update.model(), update.examples());
            }

            @Override
            Model end(Model before) {
                return step(before, sum);
            }
        };
    }

    private Model step(Model before, WeightedSum sum) {
        Moments old = remembered.orElseGet(() -> Moments.zeros(names, before));
        Map<String, Map<String, Tensor>> changed = new LinkedHashMap<>();
        names.forEach(moment -> changed.put(moment, new LinkedHashMap<>()));
        Map<String, Tensor> after = new LinkedHashMap<>();
        before.tensors().forEach((tensor, weights) -> {
            Tensor mean = sum.mean(tensor);
            if (!weights.type().isFloat()) {
                after.put(tensor, mean);
                return;
            }
            List<Tensor> moments = names.stream()
                    .map(moment -> old.models().get(moment).tensors().get(tensor))
                    .toList();
            List<TensorWriter> written = moments.stream().map(TensorWriter::new).toList();
            after.put(tensor, step(weights, mean, moments, written, old.rounds() + 1));
            for (int i = 0; i < names.size(); i++) {
                changed.get(names.get(i)).put(tensor, written.get(i).written());
            }
        });
        Map<String, Model> models = new LinkedHashMap<>();
        changed.forEach((moment, tensors) -> models.put(moment, Model.of(tensors)));
        remembered = Optional.of(new Moments(models, old.rounds() + 1));
        return Model.of(after);
    }

    private Tensor step(Tensor weights, Tensor mean, List<Tensor> old, List<TensorWriter> written, long round) {
        DoubleUnaryOperator keep = weights.type() == DType.FLOAT64 ? value -> value : value -> (float) value;
        TensorWriter after = new TensorWriter(weights);
        int length = Math.min(Elements.BLOCK, weights.elements());
        double[] weight = new double[length];
        double[] target = new double[length];
        double[][] moments = new double[old.size()][length];
        double[] now = new double[old.size()];
        for (int at = 0; at < weights.elements(); at += length) {
            int count = Math.min(length, weights.elements() - at);
            weights.doubles(at, weight, count);
            mean.doubles(at, target, count);
            for (int k = 0; k < now.length; k++) {
                old.get(k).doubles(at, moments[k], count);
            }
            for (int i = 0; i < count; i++) {
                for (int k = 0; k < now.length; k++) {
                    now[k] = moments[k][i];
                }
                weight[i] += step.apply(target[i] - weight[i], now, round, keep);
                requireFinite(weights.type(), weight[i]);
                for (int k = 0; k < now.length; k++) {
                    requireFinite(old.get(k).type(), now[k]);
                    moments[k][i] = now[k];
                }
            }
            after.put(weight, count);
            for (int k = 0; k < now.length; k++) {
                written.get(k).put(moments[k], count);
            }
        }
        return after.written();
    }

    private void requireFinite(DType type, double value) {
        double rounded = switch (type) {
            case FLOAT16 -> Float16.toFloat(Float16.of((float) value));
            case FLOAT32 -> (float) value;
            default -> value;
        };
        if (!Double.isFinite(rounded)) {
            throw new ArithmeticException(name + ": " + value + " is beyond " + type);
        }
    }
}
