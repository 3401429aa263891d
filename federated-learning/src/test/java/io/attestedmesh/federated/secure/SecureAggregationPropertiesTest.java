package io.attestedmesh.federated.secure;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.mpc.session.SessionId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class SecureAggregationPropertiesTest {
    @Property(tries = 60)
    void sum_isPlainWhoeverDropsOutWhenever(
            @ForAll @IntRange(min = 2, max = 12) int clients,
            @ForAll @IntRange(min = 2, max = 40) int bits,
            @ForAll @IntRange(min = 0, max = 40) int size,
            @ForAll long seed)
            throws Exception {
        Random random = new Random(seed);
        int threshold = clients / 2 + 1 + random.nextInt(clients - clients / 2);
        SecureTerms terms = new SecureTerms(
                SessionId.random(LocalRun.RANDOM),
                random.nextLong(),
                LocalRun.AGGREGATOR,
                IntStream.rangeClosed(1, clients).boxed().toList(),
                threshold,
                new Quantiser(1 + random.nextInt(3), bits),
                1L + random.nextInt(5000),
                LocalRun.layout(size));
        try (LocalRun run = new LocalRun(terms, random)) {
            List<Integer> shuffled = new ArrayList<>(terms.clients());
            Collections.shuffle(shuffled, random);
            int dropouts = random.nextInt(clients + 1);
            LocalRun.Point[] points = LocalRun.Point.values();
            shuffled.subList(0, dropouts)
                    .forEach(client -> run.drops.put(client, points[random.nextInt(points.length)]));
            if (clients - dropouts >= threshold) {
                SecureSum sum = run.run();
                assertThat(LocalRun.numbers(sum, terms)).isEqualTo(run.plainSum(sum.survivors()));
                assertThat(sum.survivors()).hasSizeGreaterThanOrEqualTo(threshold);
            } else {
                SecureRunTest.assertRefused(SecureReason.TOO_FEW, run::run);
            }
        }
    }

    @Property
    void quantisedNumber_isWithinHalfAStep(
            @ForAll @DoubleRange(min = -10, max = 10) double value,
            @ForAll @IntRange(min = 1, max = 1000) int examples,
            @ForAll @IntRange(min = 2, max = 40) int bits) {
        Quantiser quantiser = new Quantiser(4, bits);
        double weight = examples / 1000.0;

        long multiple = quantiser.quantise(value, weight);

        assertThat(Math.abs(multiple)).isLessThanOrEqualTo(quantiser.largest());
        double exact = Math.max(-4, Math.min(4, value)) * weight;
        assertThat(Math.abs((double) multiple * quantiser.step() - exact))
                .isLessThanOrEqualTo(quantiser.step() / 2 * (1 + 0x1p-20));
    }

    @Property
    void meanOfQuantisedNumbers_isWithinTheStatedError(
            @ForAll @IntRange(min = 1, max = 50) int clients,
            @ForAll @IntRange(min = 2, max = 40) int bits,
            @ForAll long seed) {
        Random random = new Random(seed);
        Quantiser quantiser = new Quantiser(Math.scalb(1 + random.nextDouble(), random.nextInt(20) - 10), bits);
        long most = 1L + random.nextInt(10_000);
        long sum = 0;
        long examples = 0;
        double exact = 0;
        for (int i = 0; i < clients; i++) {
            long theirs = 1L + random.nextInt((int) most);
            double value = random.nextGaussian() * quantiser.clip();
            sum += quantiser.quantise(value, (double) theirs / (double) most);
            exact += Math.max(-quantiser.clip(), Math.min(quantiser.clip(), value)) * (double) theirs;
            examples += theirs;
        }

        double mean = (double) sum * quantiser.step() * ((double) most / (double) examples);

        assertThat(Math.abs(mean - exact / (double) examples))
                .isLessThanOrEqualTo(quantiser.largestError(clients, most, examples));
    }

    @Example
    void ties_goToEven() {
        Quantiser quantiser = new Quantiser(127, 8); // steps of 1

        assertThat(List.of(
                        quantiser.quantise(0.5, 1),
                        quantiser.quantise(1.5, 1),
                        quantiser.quantise(2.5, 1),
                        quantiser.quantise(-0.5, 1),
                        quantiser.quantise(-1.5, 1)))
                .containsExactly(0L, 2L, 2L, 0L, -2L);
    }
}
