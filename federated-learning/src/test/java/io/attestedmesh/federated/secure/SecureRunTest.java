package io.attestedmesh.federated.secure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole runs without a network: who drops out when, and what the sum is. Clients are 3, 6, 9, … */
class SecureRunTest {
    private static final Layout LAYOUT = LocalRun.layout(50);

    static void assertRefused(SecureReason reason, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SecureAggregationException.class,
                        e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static LocalRun run(int clients) throws Exception {
        return new LocalRun(clients, LAYOUT, new Random(clients));
    }

    private static void assertSum(LocalRun run, SecureSum sum) {
        assertThat(LocalRun.numbers(sum, run.terms)).isEqualTo(run.plainSum(sum.survivors()));
    }

    @ParameterizedTest
    @CsvSource({"2", "3", "4", "7", "10", "33"})
    void sumOfAll_isThePlainSum(int clients) throws Exception {
        try (LocalRun run = run(clients)) {
            SecureSum sum = run.run();

            assertThat(sum.survivors()).containsExactlyElementsOf(run.terms.clients());
            assertSum(run, sum);
        }
    }

    @ParameterizedTest
    @EnumSource(LocalRun.Point.class)
    void sumWithOneDropout_isThePlainSumOfTheOthers(LocalRun.Point point) throws Exception {
        try (LocalRun run = run(5)) {
            run.drops.put(6, point);

            SecureSum sum = run.run();

            assertSum(run, sum);
            boolean inSum = point.compareTo(LocalRun.Point.INPUT) > 0;
            assertThat(sum.survivors().contains(6)).isEqualTo(inSum);
        }
    }

    @ParameterizedTest
    @EnumSource(LocalRun.Point.class)
    void sumWithTheMostDropouts_isThePlainSumOfTheOthers(LocalRun.Point point) throws Exception {
        try (LocalRun run = run(10)) {
            List.of(3, 12, 30).forEach(client -> run.drops.put(client, point));

            SecureSum sum = run.run();

            assertSum(run, sum);
            assertThat(sum.survivors()).hasSizeGreaterThanOrEqualTo(7);
        }
    }

    @ParameterizedTest
    @EnumSource(LocalRun.Point.class)
    void oneDropoutTooMany_isRefusedNamingWhoIsLeft(LocalRun.Point point) throws Exception {
        try (LocalRun run = run(10)) {
            List.of(3, 12, 18, 30).forEach(client -> run.drops.put(client, point));

            assertThatThrownBy(run::run)
                    .isInstanceOf(SecureAggregationException.class)
                    .hasMessageStartingWith("TOO_FEW")
                    .hasMessageContaining("expected 7 clients at least, actual 6: clients [6, 9, 15, 21, 24, 27]");
        }
    }

    @Test
    void dropoutsAtEachPoint_areAllRecoveredFrom() throws Exception {
        try (LocalRun run = run(20)) {
            int client = 3;
            for (LocalRun.Point point : LocalRun.Point.values()) {
                run.drops.put(client, point);
                client += 6;
            }

            assertSum(run, run.run());
        }
    }

    @Test
    void mean_isThatOfTheClippedUpdatesUpToItsErrorBound() throws Exception {
        try (LocalRun run = run(4)) {
            SecureSum sum = run.run();
            Model mean = sum.mean();

            assertThat(sum.largestError()).isLessThan(1e-4);
            for (Map.Entry<String, Tensor> entry : mean.tensors().entrySet()) {
                for (int i = 0; i < entry.getValue().elements(); i++) {
                    double expected = 0;
                    for (int client : run.terms.clients()) {
                        double value = run.updates
                                .get(client)
                                .tensors()
                                .get(entry.getKey())
                                .at(i);
                        expected += Math.max(-1, Math.min(1, value)) * run.examples.get(client) / sum.examples();
                    }
                    assertThat(Math.abs(entry.getValue().at(i) - expected))
                            .isLessThanOrEqualTo(sum.largestError() + Math.ulp((float) expected));
                }
            }
        }
    }

    @Test
    void clippedNumbers_areCountedByTheClient() throws Exception {
        Layout layout = new Layout(List.of(new Layout.Entry(
                "w", io.attestedmesh.federated.model.DType.FLOAT32, io.attestedmesh.federated.model.Shape.of(4))));
        Model update =
                Model.of(Map.of("w", Tensor.of(io.attestedmesh.federated.model.Shape.of(4), 1f, -1f, 1.0001f, -7f)));
        try (SecureClient client = new SecureClient(LocalRun.terms(3, layout), 3, update, 1, LocalRun.RANDOM)) {
            assertThat(client.clipped()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @CsvSource({"NaN", "Infinity", "-Infinity"})
    void numberThatIsNotFinite_isRefused(float value) {
        Model update = Model.of(Map.of("w", Tensor.of(io.attestedmesh.federated.model.Shape.of(2), 0f, value)));
        SecureTerms terms = LocalRun.terms(3, Layout.of(update));

        assertRefused(SecureReason.NOT_FINITE, () -> new SecureClient(terms, 3, update, 1, LocalRun.RANDOM));
    }

    @ParameterizedTest
    @CsvSource({"0", "-1", "1001", "9223372036854775807"})
    void examplesOutOfBounds_areRefused(long examples) {
        SecureTerms terms = LocalRun.terms(3, LAYOUT);
        Model update = LocalRun.model(LAYOUT, new Random(1));

        assertRefused(SecureReason.EXAMPLES, () -> new SecureClient(terms, 3, update, examples, LocalRun.RANDOM));
    }

    @Test
    void updateOfAnotherLayout_isRefused() {
        SecureTerms terms = LocalRun.terms(3, LAYOUT);
        Model update = LocalRun.model(LocalRun.layout(51), new Random(1));

        assertRefused(SecureReason.OTHER_MODEL, () -> new SecureClient(terms, 3, update, 1, LocalRun.RANDOM));
    }

    @Test
    void clientsThatDoNotReachEachOther_areBothLeftOut() throws Exception {
        try (LocalRun run = run(7)) {
            for (int client : run.clients.keySet()) {
                run.adverts.put(client, run.clients.get(client).advertise());
            }
            run.aggregator.adverts(run.adverts);
            Map<Integer, Map<Integer, byte[]>> shares = new TreeMap<>();
            for (int client : run.clients.keySet()) {
                Map<Integer, byte[]> seen = LocalRun.without(run.adverts, client);
                if (client == 3) {
                    seen.remove(12);
                }
                if (client == 12) {
                    seen.remove(3);
                }
                shares.put(client, run.clients.get(client).share(seen));
            }
            for (int client : run.clients.keySet()) {
                Map<Integer, byte[]> theirs = new TreeMap<>();
                shares.forEach((from, out) -> {
                    if (out.containsKey(client)) {
                        theirs.put(from, out.get(client));
                    }
                });
                run.holdings.put(client, run.clients.get(client).hold(theirs));
            }

            run.roster = run.aggregator.roster(run.holdings);

            assertThat(run.aggregator.roster()).containsExactly(6, 9, 15, 18, 21);
            assertRefused(SecureReason.DROPPED, () -> run.clients.get(3).mask(run.roster));
        }
    }

    @Test
    void lateUpdate_isRefused() throws Exception {
        try (LocalRun run = run(5)) {
            run.drops.put(9, LocalRun.Point.INPUT);
            run.collect();
            IncomingInput begun = run.aggregator.receive(9);
            begun.write(ByteBuffer.wrap(run.inputs.get(9)));
            run.fold();

            assertRefused(SecureReason.LATE, () -> run.aggregator.receive(9));
            assertRefused(SecureReason.LATE, () -> run.aggregator.fold(begun));
            assertThatThrownBy(() -> begun.write(ByteBuffer.allocate(1))).isInstanceOf(java.io.IOException.class);
            assertSum(run, run.unmask());
        }
    }

    @Test
    void clientThatWasDeclaredDropped_doesNotReveal() throws Exception {
        try (LocalRun run = run(5)) {
            run.drops.put(9, LocalRun.Point.INPUT);
            run.collect();
            run.fold();

            assertRefused(SecureReason.DROPPED, () -> run.clients.get(9).agree(run.survivors));
        }
    }

    @Test
    void maskedInput_isTheSameWhereverReadingBegins() throws Exception {
        try (LocalRun run = new LocalRun(3, LocalRun.layout(20_000), new Random(5))) {
            for (int client : run.clients.keySet()) {
                run.adverts.put(client, run.clients.get(client).advertise());
            }
            for (int client : run.clients.keySet()) {
                run.shares.put(client, run.clients.get(client).share(LocalRun.without(run.adverts, client)));
            }
            SecureClient client = run.clients.get(3);
            client.hold(Map.of(6, run.shares.get(6).get(3), 9, run.shares.get(9).get(3)));
            byte[] roster = run.messages.set(SecureMessage.Kind.ROSTER, new java.util.TreeSet<>(List.of(3, 6, 9)));
            MaskedInput input = client.mask(roster);
            byte[] whole = LocalRun.read(input, 0);
            assertThat(whole).hasSize((int) input.size());
            for (int offset : new int[] {1, Mask.PIECE - 1, Mask.PIECE, Mask.PIECE + 7, whole.length}) {
                assertThat(LocalRun.read(input, offset))
                        .isEqualTo(java.util.Arrays.copyOfRange(whole, offset, whole.length));
            }
            input.close();
            assertThatThrownBy(() -> input.from(0)).isInstanceOf(java.io.IOException.class);
        }
    }
}
