package io.attestedmesh.federated.aggregate;

import static io.attestedmesh.federated.aggregate.Updates.model;
import static io.attestedmesh.federated.aggregate.Updates.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.federated.model.DType;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.ModelReason;
import io.attestedmesh.federated.model.RejectedModelException;
import io.attestedmesh.federated.model.Shape;
import io.attestedmesh.federated.model.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RobustTest {
    static Stream<AggregationRule> robust() {
        return Stream.of(
                Rules.of("fedmedian", Map.of()),
                Rules.of("trimmed-mean", Map.of("f", 1.0)),
                Rules.of("trimmed-mean", Map.of("beta", 0.3)),
                Rules.of("krum", Map.of("f", 1.0)),
                Rules.of("multi-krum", Map.of("f", 1.0)),
                Rules.of("multi-krum", Map.of("f", 1.0, "m", 2.0)));
    }

    private static Model combine(AggregationRule rule, List<Model> models) throws Exception {
        Aggregation round = rule.begin(models.get(0));
        for (int i = 0; i < models.size(); i++) {
            round.add(Updates.of("node-" + i, 1 + i, models.get(i)));
        }
        return round.result();
    }

    private static Tensor combine(AggregationRule rule, DType type, double... elements) throws Exception {
        return combine(
                        rule,
                        Arrays.stream(elements)
                                .mapToObj(element -> Model.of(Map.of("w", tensor(type, element))))
                                .toList())
                .tensors()
                .get("w");
    }

    @ParameterizedTest
    @MethodSource("robust")
    void poisonedUpdate_isOutvoted_whereTheMeanMoves(AggregationRule rule) throws Exception {
        List<Model> models =
                List.of(model(1, 2), model(1.1f, 2.1f), model(0.9f, 1.9f), model(1, 2.1f), model(1e6f, -1e6f));
        List<Tensor> result = combine(rule, models).list();
        assertThat(result.get(0).at(0)).isBetween(0.9, 1.11);
        assertThat(result.get(0).at(1)).isBetween(1.89, 2.11);
        assertThat(combine(Rules.of("fedavg", Map.of()), models).list().get(0).at(0))
                .isGreaterThan(1e5);
    }

    @ParameterizedTest
    @MethodSource("robust")
    void claimOfManyExamples_countsForNothing(AggregationRule rule) throws Exception {
        Aggregation round = rule.begin(model(0));
        Aggregation honest = rule.begin(model(0));
        for (int i = 0; i < 6; i++) {
            round.add(Updates.of("node-" + i, i == 2 ? (1L << 47) - 1 : 1, i));
            honest.add(Updates.of("node-" + i, 1, i));
        }
        assertThat(round.result()).isEqualTo(honest.result());
    }

    @ParameterizedTest
    @MethodSource("robust")
    void averageOfSeveral_isRefused(AggregationRule rule) {
        assertThat(rule.takesPartial()).isFalse();
        Aggregation round = rule.begin(model(0));
        Update partial = new Update(List.of("a", "b"), model(1), 2);
        assertThatThrownBy(() -> round.add(partial))
                .isInstanceOfSatisfying(
                        RejectedModelException.class,
                        e -> assertThat(e.reason()).isEqualTo(ModelReason.PARTIAL))
                .hasMessageContaining("an average of 2");
        assertThat(round.updates()).isZero();
    }

    @ParameterizedTest
    @MethodSource("robust")
    void tooFewUpdates_haveNoResult(AggregationRule rule) throws Exception {
        Aggregation round = rule.begin(model(0));
        for (int i = 0; i < rule.leastUpdates() - 1; i++) {
            round.add(Updates.of("node-" + i, 1, i));
        }
        assertThatThrownBy(round::result)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("needs " + rule.leastUpdates() + " updates");
        round.add(Updates.of("last", 1, 1));
        assertThat(round.result().tensors()).containsOnlyKeys("w");
    }

    @ParameterizedTest
    @MethodSource("robust")
    void refusedUpdate_isNotHeld(AggregationRule rule) throws Exception {
        Aggregation round = rule.begin(model(0));
        assertThatThrownBy(() -> round.add(Updates.of("bad", 1, Float.NaN))).hasMessageContaining("NOT_FINITE");
        assertThatThrownBy(() -> round.add(Updates.of("bad", 1, 1, 2))).hasMessageContaining("OTHER_SHAPE");
        for (int i = 0; i < 5; i++) {
            round.add(Updates.of("node-" + i, 1, 3));
        }
        assertThatThrownBy(() -> round.add(Updates.of("node-1", 1, 9))).hasMessageContaining("DUPLICATE");
        assertThat(round.result()).isEqualTo(model(3));
    }

    @ParameterizedTest
    @MethodSource("robust")
    void equalUpdates_areTheResult_inEachType(AggregationRule rule) throws Exception {
        for (DType type : DType.values()) {
            Model same = Model.of(Map.of("w", tensor(type, 1, 0, 1)));
            assertThat(combine(rule, List.of(same, same, same, same, same))).isEqualTo(same);
        }
    }

    @ParameterizedTest
    @MethodSource("robust")
    void largestElements_doNotOverflow(AggregationRule rule) throws Exception {
        for (DType type : List.of(DType.FLOAT16, DType.FLOAT32, DType.FLOAT64)) {
            double most = switch (type) {
                case FLOAT16 -> 65504;
                case FLOAT32 -> Float.MAX_VALUE / 2 / Aggregation.MOST_UPDATES;
                default -> Double.MAX_VALUE / 2 / Aggregation.MOST_UPDATES;
            };
            assertThat(combine(rule, type, most, most, most, -most, most).at(0)).isBetween(0.0, most);
        }
    }

    @Test
    void bounds_followFromTheNumberOfPoisoned() {
        assertThat(Rules.of("fedmedian", Map.of()).leastUpdates()).isEqualTo(1);
        assertThat(Rules.of("trimmed-mean", Map.of("f", 2.0)).leastUpdates()).isEqualTo(5);
        assertThat(Rules.of("trimmed-mean", Map.of()).leastUpdates()).isEqualTo(5);
        assertThat(Rules.of("trimmed-mean", Map.of("beta", 0.0)).leastUpdates()).isEqualTo(1);
        assertThat(Rules.of("krum", Map.of("f", 1.0)).leastUpdates()).isEqualTo(5);
        assertThat(Rules.of("krum", Map.of("f", 0.0)).leastUpdates()).isEqualTo(3);
        assertThat(Rules.of("multi-krum", Map.of("f", 2.0)).leastUpdates()).isEqualTo(7);
        assertThat(Rules.of("multi-krum", Map.of("f", 2.0, "m", 8.0)).leastUpdates())
                .isEqualTo(10);
    }

    @ParameterizedTest
    @EnumSource(names = "BOOL", mode = EnumSource.Mode.EXCLUDE)
    void median_isTheMiddleOrTheMeanOfTheTwo(DType type) throws Exception {
        AggregationRule median = Rules.of("fedmedian", Map.of());
        assertThat(combine(median, type, 7, -3, 100)).isEqualTo(tensor(type, 7));
        assertThat(combine(median, type, 7, -3, 100, 9)).isEqualTo(tensor(type, 8));
        assertThat(combine(median, type, 5)).isEqualTo(tensor(type, 5));
        assertThat(combine(median, type, 7, 8)).isEqualTo(tensor(type, type.isFloat() ? 7.5 : 8));
        assertThat(combine(median, type, 6, 7)).isEqualTo(tensor(type, type.isFloat() ? 6.5 : 6));
    }

    @Test
    void medianOfBools_isTheMajority() throws Exception {
        AggregationRule median = Rules.of("fedmedian", Map.of());
        assertThat(combine(median, DType.BOOL, 1, 0, 1)).isEqualTo(tensor(DType.BOOL, 1));
        assertThat(combine(median, DType.BOOL, 1, 0)).isEqualTo(tensor(DType.BOOL, 0));
    }

    @Test
    void medianOfLargeInt64_isExact() throws Exception {
        ByteBuffer large =
                ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(0, Long.MAX_VALUE - 1);
        Model one = Model.of(Map.of("w", Tensor.of(DType.INT64, Shape.of(1), large)));
        assertThat(combine(Rules.of("fedmedian", Map.of()), List.of(one, one))).isEqualTo(one);
    }

    @ParameterizedTest
    @EnumSource(names = "BOOL", mode = EnumSource.Mode.EXCLUDE)
    void trimmedMean_isOfWhatIsLeft(DType type) throws Exception {
        AggregationRule rule = Rules.of("trimmed-mean", Map.of("f", 1.0));
        assertThat(combine(rule, type, 100, 4, -100, 6, 8)).isEqualTo(tensor(type, 6));
    }

    @Test
    void share_isCutRoundedDown() throws Exception {
        AggregationRule rule = Rules.of("trimmed-mean", Map.of("beta", 0.2));
        assertThat(combine(rule, DType.FLOAT32, 100, 4, -100, 6, 8)).isEqualTo(tensor(DType.FLOAT32, 6));
        assertThat(combine(rule, DType.FLOAT32, 100, 4, -100, 6, 8, 6, 5, 7, 6)).isEqualTo(tensor(DType.FLOAT32, 6));
    }

    @Test
    void krum_isOneOfTheUpdates() throws Exception {
        List<Model> models = List.of(model(0, 0), model(1, 0), model(0.9f, 0.1f), model(1, 0.2f), model(5, 5));
        assertThat(combine(Rules.of("krum", Map.of("f", 1.0)), models)).isEqualTo(models.get(2));
    }

    @Test
    void multiKrumOfAllButF_isTheirMean() throws Exception {
        List<Model> models = List.of(model(1), model(2), model(3), model(4), model(1000));
        assertThat(combine(Rules.of("multi-krum", Map.of("f", 1.0)), models)).isEqualTo(model(2.5f));
        assertThat(combine(Rules.of("multi-krum", Map.of("f", 1.0, "m", 2.0)), models))
                .isEqualTo(model(2.5f));
    }

    /** f who agree on something far away are each other's neighbours, which is why n must be 2 f + 3. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void krum_outvotesPoisonedThatAgree(int f) throws Exception {
        List<Model> models = IntStream.range(0, 2 * f + 3)
                .mapToObj(i -> i < f ? model(500) : model(i))
                .toList();
        Model chosen = combine(Rules.of("krum", Map.of("f", (double) f)), models);
        assertThat(chosen.tensors().get("w").at(0)).isBetween((double) f, 2 * f + 2.0);
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void distances_areOverAllTensorsAndParts(DType type) {
        int length = 17 * 1024 + 5;
        double[] zeros = new double[length];
        double[] ones = new double[length];
        Arrays.fill(ones, 1);
        Model first = Model.ofList(List.of(tensor(type, zeros), tensor(DType.FLOAT32, 3)));
        Model second = Model.ofList(List.of(tensor(type, ones), tensor(DType.FLOAT32, 1)));
        double[][] distances = Krum.distances(first, List.of(first, second));
        assertThat(distances[0]).containsExactly(0, length + 4);
        assertThat(distances[1]).containsExactly(length + 4, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 9, 12})
    void network_sortsEveryColumnOfZerosAndOnes(int rows) {
        // a network that sorts all zeros and ones sorts everything (Knuth, theorem 5.3.4Z)
        float[][] columns = new float[rows][1 << rows];
        for (int column = 0; column < 1 << rows; column++) {
            for (int row = 0; row < rows; row++) {
                columns[row][column] = (column >> row) & 1;
            }
        }
        SortingNetwork.sort(columns, 1 << rows);
        for (int column = 0; column < 1 << rows; column++) {
            for (int row = 0; row < rows; row++) {
                assertThat(columns[row][column]).isEqualTo(row >= rows - Integer.bitCount(column) ? 1f : 0f);
            }
        }
    }
}
