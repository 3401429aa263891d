package io.attestedmesh.federated.secure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.attestedmesh.federated.model.DType;
import io.attestedmesh.federated.model.Shape;
import io.attestedmesh.mpc.session.SessionId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecureTermsTest {
    private static final SessionId SESSION = new SessionId(1, 2);
    private static final Quantiser QUANTISER = new Quantiser(1, 16);
    private static final Layout LAYOUT = LocalRun.layout(2);

    private static SecureTerms terms(List<Integer> clients, int threshold) {
        return new SecureTerms(SESSION, 1, 9, clients, threshold, QUANTISER, 100, LAYOUT);
    }

    @ParameterizedTest
    @CsvSource({"2,2", "3,3", "4,3", "5,4", "6,5", "7,5", "10,7", "255,171"})
    void thresholdUnlessSaid_isMoreThanTwoThirds(int clients, int threshold) {
        assertThat(LocalRun.terms(clients, LAYOUT).threshold()).isEqualTo(threshold);
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "2", "5", "-3"})
    void thresholdOfHalfOrMoreThanAll_isRefused(int threshold) {
        assertThatIllegalArgumentException().isThrownBy(() -> terms(List.of(1, 2, 3, 4), threshold));
    }

    @Test
    void clientsThatAreNone_areRefused() {
        for (List<Integer> clients : List.of(
                List.<Integer>of(),
                List.of(1),
                List.of(2, 1),
                List.of(1, 1, 2),
                List.of(0, 1),
                List.of(1, 9),
                List.of(1, 70_000),
                IntStream.rangeClosed(10, 265).boxed().toList())) {
            assertThatIllegalArgumentException().isThrownBy(() -> terms(clients, Math.max(1, clients.size())));
        }
    }

    @Test
    void ring_isTheSmallestInWhichTheSumCannotWrap() {
        assertThat(Ring.forSum(2, Integer.MAX_VALUE / 2)).isEqualTo(Ring.BITS_32);
        assertThat(Ring.forSum(2, Integer.MAX_VALUE / 2 + 1L)).isEqualTo(Ring.BITS_64);
        assertThat(Ring.forSum(255, (1L << 23) - 1)).isEqualTo(Ring.BITS_32);
        assertThat(Ring.forSum(256, 1L << 23)).isEqualTo(Ring.BITS_64);
    }

    @Test
    void sumThatMayWrap_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ring.forSum(3, Long.MAX_VALUE / 2))
                .withMessageContaining("may wrap");
    }

    @Test
    void modelOfMoreThanTwoGigabytes_isRefused() {
        Layout large =
                new Layout(List.of(new Layout.Entry("w", DType.FLOAT32, Shape.of(1 << 15, 1 << 14)), entry("v")));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> SecureTerms.of(SESSION, 1, 9, List.of(1, 2), QUANTISER, 1, large));
    }

    private static Layout.Entry entry(String name) {
        return new Layout.Entry(name, DType.FLOAT32, Shape.of(1));
    }

    @Test
    void tensorOfWholeNumbers_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Layout(List.of(new Layout.Entry("n", DType.INT64, Shape.of()))))
                .withMessageContaining("tensor n is of int64");
    }

    @Test
    void binding_differsWithAnyTerm() {
        List<Integer> clients = List.of(1, 2, 3, 4);
        Quantiser q = QUANTISER;
        List<SecureTerms> all = List.of(
                new SecureTerms(SESSION, 1, 9, clients, 3, q, 100, LAYOUT),
                new SecureTerms(new SessionId(2, 1), 1, 9, clients, 3, q, 100, LAYOUT),
                new SecureTerms(SESSION, 2, 9, clients, 3, q, 100, LAYOUT),
                new SecureTerms(SESSION, 1, 8, clients, 3, q, 100, LAYOUT),
                new SecureTerms(SESSION, 1, 9, List.of(1, 2, 3, 5), 3, q, 100, LAYOUT),
                new SecureTerms(SESSION, 1, 9, List.of(1, 2, 3), 3, q, 100, LAYOUT),
                new SecureTerms(SESSION, 1, 9, clients, 4, q, 100, LAYOUT),
                new SecureTerms(SESSION, 1, 9, clients, 3, new Quantiser(2, 16), 100, LAYOUT),
                new SecureTerms(SESSION, 1, 9, clients, 3, new Quantiser(1, 17), 100, LAYOUT),
                new SecureTerms(SESSION, 1, 9, clients, 3, q, 101, LAYOUT),
                new SecureTerms(SESSION, 1, 9, clients, 3, q, 100, new Layout(List.of(entry("a"), entry("b")))),
                new SecureTerms(SESSION, 1, 9, clients, 3, q, 100, new Layout(List.of(entry("b"), entry("a")))),
                new SecureTerms(SESSION, 1, 9, clients, 3, q, 100, new Layout(List.of(entry("ab")))));

        Set<Object> bindings = new HashSet<>();
        all.forEach(terms -> bindings.add(terms.binding()));

        assertThat(bindings).hasSize(all.size());
    }
}
