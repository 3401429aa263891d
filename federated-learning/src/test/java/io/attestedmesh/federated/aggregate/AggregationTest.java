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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AggregationTest {
    private final AggregationRule rule = Rules.of("fedavg", Map.of());

    /** Refuses it between two others, which have the result that they have without it. */
    private static void assertRefused(Model bad, long examples, ModelReason reason, String... says) throws Exception {
        assertRefused(new Update(List.of("bad"), bad, examples), reason, says);
    }

    private static void assertRefused(Update bad, ModelReason reason, String... says) throws Exception {
        Aggregation round = Rules.of("fedavg", Map.of()).begin(model(1, 2, 3));
        round.add(Updates.of("a", 3, model(1, 2, 3)));
        assertThatThrownBy(() -> round.add(bad))
                .isInstanceOfSatisfying(
                        RejectedModelException.class,
                        e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContainingAll(says);
        round.add(Updates.of("b", 1, model(5, 6, 7)));
        assertThat(round.updates()).isEqualTo(2);
        assertThat(round.examples()).isEqualTo(4);
        assertThat(round.contributors()).containsExactly("a", "b");
        assertThat(round.result()).isEqualTo(model(2, 3, 4));
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void elementThatIsNotFinite_isRefusedWithItsPlace(float element) throws Exception {
        assertRefused(model(element, 0, 0), 1, ModelReason.NOT_FINITE, "w: finite", element + " at 0");
        assertRefused(model(0, 0, element), 1, ModelReason.NOT_FINITE, "w: finite", element + " at 2");
    }

    @Test
    void everyNaN_isNotFinite() throws Exception {
        for (int bits : List.of(0x7f800001, 0xff800001, 0x7fffffff, 0xffffffff, 0xffc00000)) {
            assertRefused(model(0, Float.intBitsToFloat(bits), 0), 1, ModelReason.NOT_FINITE, "NaN at 1");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT16", "FLOAT32", "FLOAT64"})
    void nanInTheLastElementOfALargeTensor_isRefused(DType type) throws Exception {
        double[] elements = new double[3 * Elements.BLOCK + 5];
        Model good = Model.of(Map.of("w", tensor(type, elements)));
        elements[elements.length - 1] = Double.NaN;
        Aggregation round = rule.begin(good);
        Update bad = Updates.of("bad", 1, Model.of(Map.of("w", tensor(type, elements))));
        assertThatThrownBy(() -> round.add(bad)).hasMessageContaining("NaN at " + (elements.length - 1));
        round.add(Updates.of("a", 1, good));
        assertThat(round.result()).isEqualTo(good);
    }

    @Test
    void nanInTheLastTensor_leavesTheFirstUntouched() throws Exception {
        Tensor one = Tensor.of(Shape.of(1), 1);
        Model good = Model.ofList(List.of(one, one));
        Aggregation round = rule.begin(good);
        Update bad = Updates.of(
                "bad", 1, Model.ofList(List.of(Tensor.of(Shape.of(1), 100), Tensor.of(Shape.of(1), Float.NaN))));
        assertThatThrownBy(() -> round.add(bad)).hasMessageContaining("1: finite");
        round.add(Updates.of("bad", 1, good));
        assertThat(round.result()).isEqualTo(good);
    }

    @Test
    void elementThatWouldFillTheSum_isRefused() throws Exception {
        assertRefused(model(0, Float.MAX_VALUE, 0), 1, ModelReason.TOO_LARGE, "w: ", " at 1");
        assertRefused(model(0, 1e30f, 0), 100_000, ModelReason.TOO_LARGE, "for so many examples");
    }

    @Test
    void largestElementsOfManyUpdates_doNotOverflow() throws Exception {
        float most = Float.MAX_VALUE / 2 / Aggregation.MOST_UPDATES;
        Model large = model(most, -most);
        Aggregation round = rule.begin(large);
        for (int i = 0; i < Aggregation.MOST_UPDATES; i++) {
            round.add(Updates.of(String.valueOf(i), 1, large));
        }
        Update beyond = Updates.of("beyond", 1, large);
        assertThatThrownBy(() -> round.add(beyond)).hasMessageContaining("TOO_LARGE: expected 65536 updates");
        assertThat(round.result().tensors().get("w").at(0)).isFinite().isPositive();
    }

    @Test
    void otherShape_isRefused() throws Exception {
        assertRefused(model(1, 2), 1, ModelReason.OTHER_SHAPE, "w: (3)", "(2)");
        Model column = Model.of(Map.of("w", Tensor.of(Shape.of(3, 1), 1, 2, 3)));
        assertRefused(column, 1, ModelReason.OTHER_SHAPE, "(3, 1)");
    }

    @Test
    void otherType_isRefused() throws Exception {
        Model doubles = Model.of(Map.of("w", tensor(DType.FLOAT64, 1, 2, 3)));
        assertRefused(doubles, 1, ModelReason.OTHER_TYPE, "w: float32", "float64");
    }

    @Test
    void otherTensors_areRefused() throws Exception {
        Tensor tensor = Tensor.of(Shape.of(3), 1, 2, 3);
        assertRefused(Model.of(Map.of("v", tensor)), 1, ModelReason.OTHER_TENSORS, "tensor w", "tensor v");
        assertRefused(Model.of(Map.of("w", tensor, "v", tensor)), 1, ModelReason.OTHER_TENSORS, "1 tensors");
        assertRefused(Model.of(Map.of()), 1, ModelReason.OTHER_TENSORS, "actual 0");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void updateOfNoExamples_isRefused(long examples) throws Exception {
        assertRefused(model(1, 2, 3), examples, ModelReason.NO_EXAMPLES, "actual " + examples);
    }

    @Test
    void moreExamplesThanALongCounts_areRefused() throws Exception {
        assertRefused(model(1, 2, 3), Long.MAX_VALUE - 2, ModelReason.TOO_LARGE, "at most 140737488355327 examples");
    }

    @Test
    void secondUpdateOfOne_isRefused() throws Exception {
        assertRefused(Updates.of("a", 1, 9, 9, 9), ModelReason.DUPLICATE, "another with a");
    }

    @Test
    void averageThatOverlaps_isRefused() throws Exception {
        Update overlapping = new Update(List.of("x", "a"), model(9, 9, 9), 2);
        assertRefused(overlapping, ModelReason.DUPLICATE, "another with a");
    }

    @Test
    void nameOfAParticipant_isOneLineInARefusal() throws Exception {
        Aggregation round = rule.begin(model(1));
        round.add(Updates.of("a\nb", 1, 1));
        assertThatThrownBy(() -> round.add(Updates.of("a\nb", 1, 1))).hasMessageContaining("another with a\\u000ab");
    }

    @Test
    void boolThatIsNeitherTrueNorFalse_isRefused() throws Exception {
        Model good = Model.of(Map.of("w", tensor(DType.BOOL, 0, 1)));
        Aggregation round = rule.begin(good);
        Update bad = Updates.of("bad", 1, Model.of(Map.of("w", tensor(DType.BOOL, 0, 2))));
        assertThatThrownBy(() -> round.add(bad)).hasMessageContaining("MALFORMED: expected w: 0 or 1, actual 2 at 1");
    }

    @Test
    void updateOfNobody_cannotBeMade() {
        Model model = model(1);
        assertThatThrownBy(() -> new Update(List.of(), model, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void result_withoutUpdates_isNone() {
        Aggregation round = rule.begin(model(1));
        assertThatThrownBy(round::result)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("fedavg needs 1 updates, and there are 0");
    }

    @Test
    void roundThatHasEnded_takesNothingMore() throws Exception {
        Aggregation round = rule.begin(model(1));
        round.add(Updates.of("a", 1, 1));
        round.result();
        assertThatThrownBy(round::result).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> round.add(Updates.of("b", 1, 1))).isInstanceOf(IllegalStateException.class);
    }
}
