package io.attestedmesh.federated.aggregate;

import static io.attestedmesh.federated.aggregate.Updates.model;
import static io.attestedmesh.federated.aggregate.Updates.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.federated.learn.Scalar;
import io.attestedmesh.federated.model.DType;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.Shape;
import io.attestedmesh.federated.model.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FedAvgTest {
    private final AggregationRule rule = Rules.of("fedavg", Map.of());

    private Tensor mean(Tensor first, long weight, Tensor second, long other) throws Exception {
        Model one = Model.of(Map.of("w", first));
        Aggregation round = rule.begin(one);
        round.add(Updates.of("a", weight, one));
        round.add(Updates.of("b", other, Model.of(Map.of("w", second))));
        return round.result().tensors().get("w");
    }

    @Test
    void result_ofWeightedUpdates_isTheirMean() throws Exception {
        Aggregation round = rule.begin(model(0, 0));
        round.add(Updates.of("a", 1, 1, 10));
        round.add(Updates.of("b", 3, 5, -10));
        assertThat(round.updates()).isEqualTo(2);
        assertThat(round.examples()).isEqualTo(4);
        assertThat(round.contributors()).containsExactly("a", "b");
        assertThat(round.result()).isEqualTo(model(4, -5));
    }

    @Test
    void partialAverage_countsAsAllItsContributors() throws Exception {
        Aggregation round = rule.begin(model(0));
        round.add(new Update(List.of("c", "b"), model(2), 6));
        round.add(Updates.of("a", 2, 6));
        assertThat(round.contributors()).containsExactly("a", "b", "c");
        assertThat(round.result()).isEqualTo(model(3));
    }

    @Test
    void tensorOverSeveralBlocks_isAveragedToItsEnd() throws Exception {
        int length = 2 * Elements.BLOCK + 17;
        float[] first = new float[length];
        float[] second = new float[length];
        float[] mean = new float[length];
        for (int i = 0; i < length; i++) {
            first[i] = i;
            second[i] = 3 * i;
            mean[i] = 2 * i;
        }
        Aggregation round = rule.begin(model(first));
        round.add(Updates.of("a", 1, first));
        round.add(Updates.of("b", 1, second));
        assertThat(round.result()).isEqualTo(model(mean));
    }

    @Test
    void tensorsWithoutElements_stayWithoutThem() throws Exception {
        assertThat(mean(tensor(DType.FLOAT32), 1, tensor(DType.FLOAT32), 2).elements())
                .isZero();
        assertThat(mean(tensor(DType.INT64), 1, tensor(DType.INT64), 2).elements())
                .isZero();
    }

    @Test
    void integers_areRoundedHalfToEven() throws Exception {
        for (DType type : List.of(DType.INT8, DType.INT16, DType.INT32, DType.INT64)) {
            assertThat(mean(tensor(type, 0, 1, -1, 2, -3, 5), 1, tensor(type, 1, 2, -2, 2, -4, 0), 1))
                    .isEqualTo(tensor(type, 0, 2, -2, 2, -4, 2));
            assertThat(mean(tensor(type, 0, 100), 1, tensor(type, 1, 50), 2)).isEqualTo(tensor(type, 1, 67));
        }
    }

    @Test
    void bools_areTheMajority_andFalseWithoutOne() throws Exception {
        Tensor first = tensor(DType.BOOL, 1, 0, 1, 0);
        Tensor second = tensor(DType.BOOL, 1, 1, 0, 0);
        assertThat(mean(first, 1, second, 2)).isEqualTo(tensor(DType.BOOL, 1, 1, 0, 0));
        assertThat(mean(first, 1, second, 1)).isEqualTo(tensor(DType.BOOL, 1, 0, 0, 0));
    }

    private static Tensor longs(long... elements) {
        ByteBuffer data = ByteBuffer.allocate(elements.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        data.asLongBuffer().put(elements);
        return Tensor.of(DType.INT64, Shape.of(elements.length), data);
    }

    @Test
    void largeInt64_areAveragedExactly() throws Exception {
        Tensor extremes = longs(Long.MAX_VALUE, Long.MIN_VALUE, (1L << 53) + 1, -1);
        assertThat(mean(extremes, (1L << 47) - 1, extremes, (1L << 47) - 1)).isEqualTo(extremes);
        Tensor ends = longs(Long.MAX_VALUE, Long.MIN_VALUE, (1L << 53) + 3, 0);
        Tensor others = longs(Long.MIN_VALUE, Long.MIN_VALUE + 1, (1L << 53) + 1, 0);
        assertThat(mean(ends, 1, others, 1)).isEqualTo(longs(0, Long.MIN_VALUE, (1L << 53) + 2, 0));
    }

    @Test
    void halves_areAddedUpBeyondTheirRange() throws Exception {
        Tensor large = tensor(DType.FLOAT16, 60_000, 0.1, -65_504);
        assertThat(mean(large, 1000, large, 2000)).isEqualTo(large);
    }

    @Test
    void doubles_keepTheirPrecision() throws Exception {
        assertThat(mean(tensor(DType.FLOAT64, 1 + 0x1p-50), 1, tensor(DType.FLOAT64, 1), 1))
                .isEqualTo(tensor(DType.FLOAT64, 1 + 0x1p-51));
    }

    @Test
    void fedProx_tellsParticipantsTheWeightOfTheirTerm() {
        AggregationRule proximal = Rules.of("fedprox", Map.of("mu", 0.25));
        assertThat(proximal.fitConfig()).isEqualTo(Map.of("proximal_mu", new Scalar.Real(0.25)));
        assertThat(rule.fitConfig()).isEmpty();
    }

    @Test
    void fedAvg_remembersNothing() {
        assertThat(rule.state()).isEmpty();
        rule.restore(Map.of());
        Map<String, Model> foreign = Map.of("m", model(1));
        assertThatThrownBy(() -> rule.restore(foreign)).isInstanceOf(IllegalArgumentException.class);
    }
}
