package io.attestedmesh.examples.digits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Percentage.withPercentage;

import io.attestedmesh.federated.learn.Learner;
import io.attestedmesh.federated.learn.LearnerException;
import io.attestedmesh.federated.learn.Scalar;
import io.attestedmesh.federated.model.DType;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.Shape;
import io.attestedmesh.federated.model.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DigitsLearnerTest {
    private static final List<Digit> HELD_OUT = Digits.even(99, 500);

    private final DigitsLearner learner = new DigitsLearner(Digits.even(1, 300), HELD_OUT, 1);

    @Test
    void fit_learns_roundByRound() throws Exception {
        List<Double> rounds = new ArrayList<>(List.of(accuracy(learner)));
        for (int round = 0; round < 10; round++) {
            learner.fit(Map.of());
            rounds.add(accuracy(learner));
        }
        assertThat(rounds.get(0)).isLessThan(0.2);
        assertThat(rounds.get(1)).isBetween(0.3, 0.85);
        assertThat(rounds.get(10)).isBetween(0.85, 0.97).isGreaterThan(rounds.get(3));
    }

    @Test
    void fit_saysWhatItLearntFrom() throws Exception {
        Learner.Fit fit = learner.fit(Map.of("epochs", new Scalar.Whole(3)));
        assertThat(fit.examples()).isEqualTo(300);
        assertThat(fit.metrics()).containsOnlyKeys("loss", "accuracy");
    }

    @Test
    void evaluate_ofNoKnowledge_isChance() {
        Learner.Evaluation evaluation = learner.evaluate(Map.of());
        assertThat(evaluation.loss()).isCloseTo(Math.log(10), within(1e-9));
        assertThat(evaluation.examples()).isEqualTo(500);
    }

    @Test
    void averageOfSkewedLearners_isBetterThanEach() throws Exception {
        List<DigitsLearner> learners = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            learners.add(new DigitsLearner(Digits.skewed(10 + i, 300, i, 3), HELD_OUT, i));
        }
        List<Double> rounds = new ArrayList<>();
        for (int round = 0; round < 10; round++) {
            for (DigitsLearner each : learners) {
                each.fit(Map.of("epochs", new Scalar.Whole(2)));
            }
            Model average = average(learners.stream().map(DigitsLearner::get).toList());
            for (DigitsLearner each : learners) {
                each.set(average);
            }
            rounds.add(accuracy(learners.get(0)));
        }
        List<Double> alone = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            DigitsLearner lonely = new DigitsLearner(Digits.skewed(10 + i, 300, i, 3), HELD_OUT, i);
            lonely.fit(Map.of("epochs", new Scalar.Whole(20)));
            alone.add(accuracy(lonely));
        }
        assertThat(alone).allSatisfy(one -> assertThat(one).isLessThan(rounds.get(9) - 0.1));
    }

    @Test
    void parameters_setAndGot_areTheSame() throws Exception {
        learner.fit(Map.of());
        Model learnt = learner.get();
        DigitsLearner other = new DigitsLearner(Digits.even(2, 10), HELD_OUT, 2);
        other.set(learnt);
        assertThat(other.get()).isEqualTo(learnt);
    }

    @Test
    void fit_fromTheSameSeed_givesTheSameParameters() throws Exception {
        learner.fit(Map.of());
        DigitsLearner twin = new DigitsLearner(Digits.even(1, 300), HELD_OUT, 1);
        twin.fit(Map.of());
        assertThat(twin.get()).isEqualTo(learner.get());
    }

    @Test
    void fit_withProximalMu_staysNearer() throws Exception {
        DigitsLearner drawn = new DigitsLearner(Digits.even(1, 300), HELD_OUT, 1);
        learner.fit(Map.of());
        drawn.fit(Map.of("proximal_mu", new Scalar.Real(1)));
        assertThat(norm(drawn.get())).isPositive().isLessThan(norm(learner.get()) / 2);
    }

    @Test
    void fit_withProximalMu_isDrawnToWhatWasSet_notToZero() throws Exception {
        learner.fit(Map.of("epochs", new Scalar.Whole(20)));
        DigitsLearner drawn = new DigitsLearner(Digits.even(2, 300), HELD_OUT, 1);
        drawn.set(learner.get());
        drawn.fit(Map.of("proximal_mu", new Scalar.Real(20)));
        assertThat(norm(drawn.get())).isCloseTo(norm(learner.get()), withPercentage(5));
    }

    static List<Model> foreignModels() {
        Tensor weight = Tensor.of(Shape.of(10, Digit.PIXELS), new float[10 * Digit.PIXELS]);
        Tensor bias = Tensor.of(Shape.of(10), new float[10]);
        Tensor doubles = Tensor.of(DType.FLOAT64, Shape.of(10), ByteBuffer.allocate(80));
        return List.of(
                Model.of(Map.of()),
                Model.of(Map.of("weight", weight)),
                model("bias", bias, "weight", weight),
                model("weight", weight, "offset", bias),
                model("weight", Tensor.of(Shape.of(Digit.PIXELS, 10), new float[10 * Digit.PIXELS]), "bias", bias),
                model("weight", weight, "bias", Tensor.of(Shape.of(9), new float[9])),
                model("weight", weight, "bias", doubles),
                model("weight", weight, "bias", Tensor.of(Shape.of(10), 0, 0, 0, 0, Float.NaN, 0, 0, 0, 0, 0)),
                model(
                        "weight",
                        weight,
                        "bias",
                        Tensor.of(Shape.of(10), 0, 0, 0, Float.NEGATIVE_INFINITY, 0, 0, 0, 0, 0, 0)));
    }

    @ParameterizedTest
    @MethodSource("foreignModels")
    void set_ofAnotherModel_isRefused_andChangesNothing(Model foreign) throws Exception {
        learner.fit(Map.of());
        Model before = learner.get();
        assertThatThrownBy(() -> learner.set(foreign)).isInstanceOf(LearnerException.class);
        assertThat(learner.get()).isEqualTo(before);
    }

    static List<Map<String, Scalar>> configsOutOfBounds() {
        return List.of(
                Map.of("epochs", new Scalar.Whole(0)),
                Map.of("epochs", new Scalar.Whole(-1)),
                Map.of("epochs", new Scalar.Whole(1L << 32 | 1)),
                Map.of("epochs", new Scalar.Real(1)),
                Map.of("epochs", new Scalar.Text("1")),
                Map.of("learning_rate", new Scalar.Real(-0.1)),
                Map.of("learning_rate", new Scalar.Real(Double.NaN)),
                Map.of("learning_rate", new Scalar.Real(Double.POSITIVE_INFINITY)),
                Map.of("learning_rate", new Scalar.Flag(true)),
                Map.of("proximal_mu", new Scalar.Real(-1)),
                Map.of("proximal_mu", new Scalar.Real(1000)));
    }

    @ParameterizedTest
    @MethodSource("configsOutOfBounds")
    void fit_withConfigOutOfBounds_isRefused_andChangesNothing(Map<String, Scalar> config) {
        Model before = learner.get();
        assertThatThrownBy(() -> learner.fit(config))
                .isInstanceOf(LearnerException.class)
                .hasMessageContaining("expected");
        assertThat(learner.get()).isEqualTo(before);
    }

    @Test
    void fit_ofAnInterruptedThread_ends_andChangesNothing() {
        Model before = learner.get();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> learner.fit(Map.of())).isInstanceOf(InterruptedException.class);
        assertThat(learner.get()).isEqualTo(before);
    }

    private static Model model(String first, Tensor one, String second, Tensor other) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put(first, one);
        tensors.put(second, other);
        return Model.of(tensors);
    }

    private static double accuracy(DigitsLearner learner) {
        return ((Scalar.Real) learner.evaluate(Map.of()).metrics().get("accuracy")).value();
    }

    private static double norm(Model model) {
        double squares = 0;
        for (Tensor tensor : model.list()) {
            for (int i = 0; i < tensor.elements(); i++) {
                squares += tensor.at(i) * tensor.at(i);
            }
        }
        return Math.sqrt(squares);
    }

    /** Of as many examples each. */
    private static Model average(List<Model> models) {
        Map<String, Tensor> average = new LinkedHashMap<>();
        for (String name : models.get(0).tensors().keySet()) {
            Tensor like = models.get(0).tensors().get(name);
            float[] mean = new float[like.elements()];
            for (int i = 0; i < mean.length; i++) {
                for (Model model : models) {
                    mean[i] += (float) model.tensors().get(name).at(i) / models.size();
                }
            }
            average.put(name, Tensor.of(like.shape(), mean));
        }
        return Model.of(average);
    }
}
