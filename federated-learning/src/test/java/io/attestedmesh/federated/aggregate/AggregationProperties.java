package io.attestedmesh.federated.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.RejectedModelException;
import io.attestedmesh.federated.model.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** What holds of all updates; models are of 3 elements. */
class AggregationProperties {
    private static final double UNIT_ROUNDOFF = 0x1p-24;

    @Provide
    Arbitrary<List<Update>> updates() {
        return Arbitraries.floats()
                .between(-1e6f, 1e6f)
                .array(float[].class)
                .ofSize(3)
                .list()
                .ofMinSize(1)
                .ofMaxSize(20)
                .flatMap(all -> Arbitraries.longs()
                        .between(1, 1_000_000)
                        .list()
                        .ofSize(all.size())
                        .map(weights -> {
                            List<Update> updates = new ArrayList<>();
                            for (int i = 0; i < all.size(); i++) {
                                updates.add(Updates.of("node-" + i, weights.get(i), all.get(i)));
                            }
                            return updates;
                        }));
    }

    private static Tensor combine(AggregationRule rule, List<Update> updates) throws RejectedModelException {
        Aggregation round = rule.begin(updates.get(0).model());
        for (Update update : updates) {
            round.add(update);
        }
        return round.result().tensors().get("w");
    }

    private static double[] column(List<Update> updates, int at) {
        return updates.stream()
                .mapToDouble(update -> update.model().tensors().get("w").at(at))
                .sorted()
                .toArray();
    }

    /** The bound that {@link WeightedSum} states. */
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void fedAvg_isNearTheTrueMean_andFlowersOrder(@ForAll("updates") List<Update> updates) throws Exception {
        Tensor mean = combine(Rules.of("fedavg", Map.of()), updates);
        double total = updates.stream().mapToDouble(Update::examples).sum();
        for (int at = 0; at < 3; at++) {
            double exact = 0;
            double magnitude = 0;
            float flower = 0;
            for (Update update : updates) {
                double element = update.model().tensors().get("w").at(at);
                exact += element * update.examples() / total;
                magnitude += Math.abs(element) * update.examples() / total;
                flower += (float) element * (float) (update.examples() / total);
            }
            double bound = 1.01 * (updates.size() + 1) * UNIT_ROUNDOFF * magnitude + Float.MIN_VALUE;
            assertThat(Math.abs(mean.at(at) - exact)).isLessThanOrEqualTo(bound);
            assertThat(Math.abs(mean.at(at) - flower)).isLessThanOrEqualTo(2 * bound);
        }
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void fedAvg_dependsOnTheOrderByRoundingAlone(@ForAll("updates") List<Update> updates, @ForAll Random random)
            throws Exception {
        List<Update> shuffled = new ArrayList<>(updates);
        Collections.shuffle(shuffled, random);
        AggregationRule rule = Rules.of("fedavg", Map.of());
        Tensor one = combine(rule, updates);
        Tensor other = combine(rule, shuffled);
        for (int at = 0; at < 3; at++) {
            double[] column = column(updates, at);
            double largest = Math.max(Math.abs(column[0]), Math.abs(column[column.length - 1]));
            assertThat(Math.abs(one.at(at) - other.at(at)))
                    .isLessThanOrEqualTo(2.02 * (updates.size() + 1) * UNIT_ROUNDOFF * largest + Float.MIN_VALUE);
        }
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void fedAvgOfEqualModels_isThatModel(@ForAll("updates") List<Update> updates) throws Exception {
        Model same = updates.get(0).model();
        List<Update> equal = updates.stream()
                .map(update -> new Update(update.contributors(), same, update.examples()))
                .toList();
        Tensor mean = combine(Rules.of("fedavg", Map.of()), equal);
        for (int at = 0; at < 3; at++) {
            double element = same.tensors().get("w").at(at);
            assertThat(Math.abs(mean.at(at) - element))
                    .isLessThanOrEqualTo(
                            1.01 * (updates.size() + 1) * UNIT_ROUNDOFF * Math.abs(element) + Float.MIN_VALUE);
        }
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void robustRules_doNotDependOnTheOrder(@ForAll("updates") List<Update> updates, @ForAll Random random)
            throws Exception {
        List<Update> shuffled = new ArrayList<>(updates);
        Collections.shuffle(shuffled, random);
        for (AggregationRule rule : RobustTest.robust().toList()) {
            if (updates.size() >= rule.leastUpdates()) {
                assertThat(combine(rule, shuffled)).isEqualTo(combine(rule, updates));
            }
        }
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void median_isBetweenTheTwoInTheMiddle(@ForAll("updates") List<Update> updates) throws Exception {
        Tensor median = combine(Rules.of("fedmedian", Map.of()), updates);
        for (int at = 0; at < 3; at++) {
            double[] column = column(updates, at);
            assertThat(median.at(at)).isBetween(column[(column.length - 1) / 2], column[column.length / 2]);
        }
    }

    /** Whatever f of them say, the result is within what the others say. */
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void trimmedMean_staysWithinTheHonest(
            @ForAll("updates") List<Update> updates, @ForAll @IntRange(max = 5) int f, @ForAll float poison)
            throws Exception {
        if (updates.size() <= 2 * f || !(Math.abs(poison) < 1e30)) {
            return;
        }
        List<Update> poisoned = new ArrayList<>(updates);
        for (int i = 0; i < f; i++) {
            poisoned.set(i, Updates.of("node-" + i, 1_000_000, poison, -poison, poison * i));
        }
        Tensor mean = combine(Rules.of("trimmed-mean", Map.of("f", (double) f)), poisoned);
        for (int at = 0; at < 3; at++) {
            double[] honest = column(updates.subList(f, updates.size()), at);
            double most = Math.max(Math.abs(honest[0]), Math.abs(honest[honest.length - 1]));
            double rounding = most * UNIT_ROUNDOFF * updates.size();
            assertThat(mean.at(at)).isBetween(honest[0] - rounding, honest[honest.length - 1] + rounding);
        }
    }

    /** Poisoned updates that are far away are not chosen, whether they agree or not. */
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void krum_choosesAnHonestOne(
            @ForAll("updates") List<Update> updates, @ForAll @IntRange(max = 5) int f, @ForAll boolean agreed)
            throws Exception {
        if (updates.size() < 2 * f + 3) {
            return;
        }
        List<Update> poisoned = new ArrayList<>(updates);
        for (int i = 0; i < f; i++) {
            float far = agreed ? 1e9f : 1e9f * (i + 1);
            poisoned.set(i, Updates.of("node-" + i, 1, far, far, far));
        }
        Tensor chosen = combine(Rules.of("krum", Map.of("f", (double) f)), poisoned);
        assertThat(updates.subList(f, updates.size())).anySatisfy(honest -> {
            for (int at = 0; at < 3; at++) {
                assertThat(chosen.at(at))
                        .isEqualTo(honest.model().tensors().get("w").at(at) + 0.0);
            }
        });
    }
}
