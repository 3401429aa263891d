package io.attestedmesh.benchmarks;

import io.attestedmesh.federated.aggregate.Aggregation;
import io.attestedmesh.federated.aggregate.AggregationRule;
import io.attestedmesh.federated.aggregate.Rules;
import io.attestedmesh.federated.aggregate.Update;
import io.attestedmesh.federated.model.DType;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.RejectedModelException;
import io.attestedmesh.federated.model.Shape;
import io.attestedmesh.federated.model.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Time of one round of FedAvg whose ten updates lie outside of the heap, and of a plain loop that copies one array of
 * floats of a model's size to another; one thread each.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class FedAvgBenchmark {
    static final int MODEL_BYTES = 100_000_000;
    static final int UPDATES = 10;

    /**
     * What a round moves that takes its updates one after the other, in models: each update read; the sum written with each
     * and, after the first, read; the sum read and the mean written in the end. That each update is read once more, to
     * refuse it before it changes anything, and that new memory is filled with zeros, is not counted.
     */
    static final int MODELS_MOVED = UPDATES + UPDATES + (UPDATES - 1) + 2;

    /** What no algorithm could do without: each update read, and the mean written. */
    static final int MODELS_MOVED_AT_LEAST = UPDATES + 1;

    /** By a copy. */
    static final int MODELS_COPIED = 2;

    private static final int TENSORS = 25;

    /** Models of equal tensors of float32. */
    @State(Scope.Benchmark)
    public static class Round {
        private final AggregationRule rule = Rules.of("fedavg", Map.of());
        private final List<Update> updates = new ArrayList<>();

        @Setup
        public void fill() {
            for (int i = 0; i < UPDATES; i++) {
                updates.add(new Update(List.of("node-" + i), model(i), 100 + i));
            }
        }

        private Model model(long seed) {
            SplittableRandom random = new SplittableRandom(seed);
            float[] elements = new float[MODEL_BYTES / Float.BYTES / TENSORS];
            for (int i = 0; i < elements.length; i++) {
                elements[i] = (float) random.nextDouble(-1, 1);
            }
            List<Tensor> tensors = new ArrayList<>();
            for (int i = 0; i < TENSORS; i++) {
                ByteBuffer data =
                        ByteBuffer.allocateDirect(elements.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                data.asFloatBuffer().put(elements);
                tensors.add(Tensor.of(DType.FLOAT32, Shape.of(elements.length), data));
            }
            return Model.ofList(tensors);
        }
    }

    /** Two arrays on the heap. */
    @State(Scope.Benchmark)
    public static class Arrays {
        private float[] from;
        private float[] to;

        @Setup
        public void fill() {
            from = new float[MODEL_BYTES / Float.BYTES];
            to = new float[from.length];
            java.util.Arrays.fill(from, 1);
            java.util.Arrays.fill(to, 2);
        }
    }

    @Benchmark
    public Model fedAvg(Round round) throws RejectedModelException {
        Aggregation aggregation = round.rule.begin(round.updates.get(0).model());
        for (Update update : round.updates) {
            aggregation.add(update);
        }
        return aggregation.result();
    }

    @Benchmark
    public float[] copy(Arrays arrays) {
        float[] from = arrays.from;
        float[] to = arrays.to;
        for (int i = 0; i < from.length; i++) {
            to[i] = from[i];
        }
        return to;
    }
}
