package io.attestedmesh.examples.shamir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.attestedmesh.examples.ed25519.Scalar;
import io.attestedmesh.examples.shamir.Polynomial.Division;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PolynomialTest {
    @Test
    void at_smallNumbers() {
        Polynomial polynomial = polynomial(7, -3, 2);

        assertThat(polynomial.at(0)).isEqualTo(Scalar.of(7));
        assertThat(polynomial.at(5)).isEqualTo(Scalar.of(42));
    }

    @Test
    void random_hidesTheSecretBehindAsManyCoefficientsAsItsDegree() {
        Polynomial polynomial = Polynomial.random(Scalar.of(9), 3, new SecureRandom());

        assertThat(polynomial.coefficients())
                .hasSize(4)
                .startsWith(Scalar.of(9))
                .doesNotHaveDuplicates();
    }

    @Test
    void degree_doesNotCountZeros() {
        assertThat(polynomial(1, 2, 0, 0).degree()).isEqualTo(1);
        assertThat(polynomial(0, 0).degree()).isEqualTo(-1);
        assertThat(polynomial().degree()).isEqualTo(-1);
    }

    @Test
    void dividedBy_zero_throws() {
        Polynomial zero = polynomial(0);

        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> polynomial(1, 2).dividedBy(zero));
    }

    @Test
    void toString_showsNoCoefficient() {
        assertThat(polynomial(41, 42, 43)).hasToString("polynomial of 3 coefficients");
    }

    @Property(tries = 200)
    void dividedBy_timesTheDivisorPlusTheRest_isTheDividend(
            @ForAll @Size(max = 8) List<@IntRange(min = -3, max = 3) Integer> a,
            @ForAll @Size(max = 5) List<@IntRange(min = -3, max = 3) Integer> b) {
        Polynomial dividend = polynomial(a.stream().mapToLong(i -> i).toArray());
        Polynomial divisor = polynomial(b.stream().mapToLong(i -> i).toArray());
        if (divisor.degree() < 0) {
            return;
        }

        Division division = dividend.dividedBy(divisor);

        assertThat(division.remainder().degree()).isLessThan(divisor.degree());
        assertThat(division.quotient()
                        .times(divisor)
                        .plus(division.remainder())
                        .minus(dividend)
                        .degree())
                .isEqualTo(-1);
    }

    private static Polynomial polynomial(long... coefficients) {
        return Polynomial.of(Arrays.stream(coefficients).mapToObj(Scalar::of).toList());
    }
}
