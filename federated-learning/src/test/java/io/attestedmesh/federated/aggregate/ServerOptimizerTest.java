package io.attestedmesh.federated.aggregate;

import static io.attestedmesh.federated.aggregate.Updates.model;
import static io.attestedmesh.federated.aggregate.Updates.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.attestedmesh.federated.learn.Scalar;
import io.attestedmesh.federated.model.DType;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.RejectedModelException;
import io.attestedmesh.federated.model.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerOptimizerTest {
    private static Model round(AggregationRule rule, Model global, Model update) throws Exception {
        Aggregation round = rule.begin(global);
        round.add(Updates.of("a", 1, update));
        return round.result();
    }

    private static double weight(Model model) {
        return model.tensors().get("w").at(0);
    }

    @Test
    void momentum_goesOnWhereUpdatesStoodStill() throws Exception {
        AggregationRule rule = Rules.of("fedavgm", Map.of("momentum", 0.5));
        Model first = round(rule, model(0), model(1));
        assertThat(weight(first)).isEqualTo(1);
        Model second = round(rule, first, first);
        assertThat(weight(second)).isEqualTo(1.5);
        assertThat(weight(round(rule, second, second))).isEqualTo(1.75);
    }

    @Test
    void fedAvgMWithoutMomentum_isFedAvg() throws Exception {
        AggregationRule rule = Rules.of("fedavgm", Map.of("momentum", 0.0));
        assertThat(round(rule, round(rule, model(0), model(3)), model(7))).isEqualTo(model(7));
    }

    @Test
    void learningRate_scalesTheStep() throws Exception {
        AggregationRule rule = Rules.of("fedavgm", Map.of("learning_rate", 0.25));
        assertThat(weight(round(rule, model(0), model(8)))).isEqualTo(2);
    }

    /** Without averages of earlier rounds, m = d and v = d^2: a step of eta, whatever the distance. */
    @ParameterizedTest
    @ValueSource(strings = {"fedadam", "fedyogi"})
    void adaptiveStepWithoutMemory_isEtaLong(String name) throws Exception {
        Map<String, Double> parameters = Map.of("beta_1", 0.0, "beta_2", 0.0, "eta", 0.5);
        assertThat(weight(round(Rules.of(name, parameters), model(1), model(100))))
                .isCloseTo(1.5, within(1e-4));
        assertThat(weight(round(Rules.of(name, parameters), model(1), model(-3))))
                .isCloseTo(0.5, within(1e-3));
    }

    @Test
    void adagrad_makesSmallerSteps() throws Exception {
        AggregationRule rule = Rules.of("fedadagrad", Map.of("eta", 1.0));
        assertThat(weight(round(rule, model(0), model(2)))).isCloseTo(1, within(1e-6));
        assertThat(weight(round(rule, model(0), model(2)))).isCloseTo(Math.sqrt(0.5), within(1e-6));
        assertThat(weight(round(rule, model(0), model(2)))).isCloseTo(Math.sqrt(1 / 3.0), within(1e-6));
    }

    /** Sizes that change at once: Yogi's second moment follows by a share of the square, Adam's by one of the difference. */
    @Test
    void yogi_forgetsLargeStepsMoreSlowlyThanAdam() throws Exception {
        Map<String, Double> parameters = Map.of("eta", 0.1, "tau", 1e-3);
        AggregationRule yogi = Rules.of("fedyogi", parameters);
        AggregationRule adam = Rules.of("fedadam", parameters);
        for (AggregationRule rule : List.of(yogi, adam)) {
            round(rule, model(0), model(100));
            round(rule, model(0), model(1));
        }
        double ofYogi = yogi.state().get("v").tensors().get("w").at(0);
        double ofAdam = adam.state().get("v").tensors().get("w").at(0);
        assertThat(ofYogi).isCloseTo(100 - 0.01, within(1e-4));
        assertThat(ofAdam).isCloseTo(99 + 0.01, within(1e-4));
    }

    @Test
    void integersAndBools_areTheirMean() throws Exception {
        Model before = Model.ofList(List.of(tensor(DType.INT64, 4), tensor(DType.BOOL, 0), tensor(DType.FLOAT32, 1)));
        Model update = Model.ofList(List.of(tensor(DType.INT64, 9), tensor(DType.BOOL, 1), tensor(DType.FLOAT32, 2)));
        AggregationRule rule = Rules.of("fedadam", Map.of());
        List<Tensor> after = round(rule, before, update).list();
        assertThat(after.subList(0, 2)).isEqualTo(update.list().subList(0, 2));
        assertThat(rule.state().get("m").tensors()).containsOnlyKeys("2");
    }

    @Test
    void momentsOfHalves_areFloats() throws Exception {
        AggregationRule rule = Rules.of("fedadam", Map.of());
        Model half = Model.of(Map.of("w", tensor(DType.FLOAT16, 0)));
        Model other = Model.of(Map.of("w", tensor(DType.FLOAT16, 1e-3)));
        round(rule, half, other);
        Tensor v = rule.state().get("v").tensors().get("w");
        assertThat(v.type()).isEqualTo(DType.FLOAT32);
        assertThat(v.at(0)).isCloseTo(1e-8, within(1e-10));
    }

    @ParameterizedTest
    @ValueSource(strings = {"fedavgm", "fedadam", "fedyogi", "fedadagrad"})
    void restoredState_goesOnAsIfNothingHadHappened(String name) throws Exception {
        AggregationRule rule = Rules.of(name, Map.of());
        Model global = round(rule, model(0, 1), model(1, 3));
        Map<String, Model> state = rule.state();
        AggregationRule restarted = Rules.of(name, Map.of());
        restarted.restore(state);
        assertThat(round(restarted, global, model(5, 5))).isEqualTo(round(rule, global, model(5, 5)));
        assertThat(restarted.state()).isEqualTo(rule.state());
    }

    @Test
    void roundThatIsDropped_orRefusesItsUpdates_changesNoState() throws Exception {
        AggregationRule rule = Rules.of("fedadam", Map.of());
        round(rule, model(0), model(1));
        Map<String, Model> state = rule.state();
        Aggregation dropped = rule.begin(model(0));
        dropped.add(Updates.of("a", 1, 50));
        Update bad = Updates.of("b", 1, Float.NaN);
        assertThatThrownBy(() -> dropped.add(bad)).isInstanceOf(RejectedModelException.class);
        assertThat(rule.state()).isEqualTo(state);
        Aggregation empty = rule.begin(model(0));
        assertThatThrownBy(empty::result).isInstanceOf(IllegalStateException.class);
        assertThat(rule.state()).isEqualTo(state);
    }

    @Test
    void stepBeyondTheType_fails_andChangesNoState() throws Exception {
        AggregationRule rule = Rules.of("fedadagrad", Map.of());
        round(rule, model(0), model(1));
        Map<String, Model> state = rule.state();
        Aggregation round = rule.begin(model(0));
        round.add(Updates.of("a", 1, 1e30f)); // its square is no float
        assertThatThrownBy(round::result)
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("beyond float32");
        assertThat(rule.state()).isEqualTo(state);
    }

    @Test
    void stateOfAnotherRule_isRefused() throws Exception {
        AggregationRule adam = Rules.of("fedadam", Map.of());
        round(adam, model(0), model(1));
        Map<String, Model> state = adam.state();
        AggregationRule momentum = Rules.of("fedavgm", Map.of());
        assertThatThrownBy(() -> momentum.restore(state))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[momentum, rounds]");
        AggregationRule plain = Rules.of("fedavg", Map.of());
        assertThatThrownBy(() -> plain.restore(state)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void stateOfAnotherModel_isRefusedWhenARoundBegins() throws Exception {
        AggregationRule rule = Rules.of("fedavgm", Map.of());
        round(rule, model(0), model(1));
        Model other = model(0, 0);
        assertThatThrownBy(() -> rule.begin(other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasRootCauseMessage("OTHER_SHAPE: expected w: (2), actual (1)");
    }

    @Test
    void spoiltState_isRefused() throws Exception {
        AggregationRule rule = Rules.of("fedavgm", Map.of());
        round(rule, model(0), model(1));
        Map<String, Model> state = new LinkedHashMap<>(rule.state());
        state.put("momentum", model(Float.NaN));
        rule.restore(state);
        Model global = model(0);
        assertThatThrownBy(() -> rule.begin(global))
                .hasRootCauseMessage("NOT_FINITE: expected w: finite elements, actual NaN at 0");
        state.put("rounds", model(1));
        assertThatThrownBy(() -> rule.restore(state)).hasMessageContaining("number of rounds");
    }

    @Test
    void rateOfTheParticipants_isToldToThem() {
        assertThat(Rules.of("fedyogi", Map.of()).fitConfig()).isEqualTo(Map.of("eta_l", new Scalar.Real(0.0316)));
        assertThat(Rules.of("fedavgm", Map.of()).fitConfig()).isEmpty();
    }
}
