package io.attestedmesh.examples.shamir;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.examples.ed25519.Scalar;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shares of a secret, right and wrong, and the ways back to it. */
class SharingTest {
    private final SecureRandom random = new SecureRandom();

    @Property(tries = 100)
    void atZero_anyDegreePlusOneShares_giveTheSecret(
            @ForAll @IntRange(min = 1, max = 12) int parties,
            @ForAll @IntRange(min = 0, max = 11) int degree,
            @ForAll long secret,
            @ForAll long seed) {
        SortedMap<Integer, Scalar> shares = shares(Scalar.of(secret), parties, degree % parties);
        List<Integer> ids = new ArrayList<>(shares.keySet());
        Collections.shuffle(ids, new Random(seed));
        shares.keySet().retainAll(ids.subList(0, degree % parties + 1));

        assertThat(Interpolation.atZero(shares)).isEqualTo(Scalar.of(secret));
    }

    @Test
    void atZero_aShareTooFew_isNotTheSecret() {
        SortedMap<Integer, Scalar> shares = shares(Scalar.of(5), 3, 3);

        assertThat(Interpolation.atZero(shares)).isNotEqualTo(Scalar.of(5));
    }

    @Test
    void weight_ofThreeParties() {
        List<Integer> ids = List.of(1, 2, 3);

        assertThat(Interpolation.weight(ids, 1)).isEqualTo(Scalar.of(3));
        assertThat(Interpolation.weight(ids, 2)).isEqualTo(Scalar.of(-3));
        assertThat(Interpolation.weight(ids, 3)).isEqualTo(Scalar.of(1));
    }

    @ParameterizedTest
    @CsvSource({"4,1,1", "3,1,0", "2,1,0", "1,1,0", "7,2,2", "255,84,85"})
    void correctable_isHalfOfWhatIsBeyondTheNeed(int shares, int degree, int expected) {
        assertThat(ReedSolomon.correctable(shares, degree)).isEqualTo(expected);
    }

    @Property(tries = 150)
    void decode_asManyWrongAsCanBeFound_isThePolynomial(
            @ForAll @IntRange(min = 1, max = 16) int parties,
            @ForAll @IntRange(min = 0, max = 15) int anyDegree,
            @ForAll @IntRange(min = 0, max = 8) int anyWrong,
            @ForAll long seed) {
        int degree = anyDegree % parties;
        int wrong = Math.min(anyWrong, ReedSolomon.correctable(parties, degree));
        Polynomial polynomial = Polynomial.random(Scalar.of(seed), degree, random);
        SortedMap<Integer, Scalar> shares = spoilt(shares(polynomial, parties), wrong, seed);

        assertThat(ReedSolomon.decode(shares, degree)).hasValueSatisfying(found -> {
            for (int id = 0; id <= parties; id++) {
                assertThat(found.at(id)).isEqualTo(polynomial.at(id));
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"4,1,2", "3,1,1", "4,2,1", "7,2,3", "7,1,3", "10,3,4"})
    void decode_oneWrongMore_isNothing(int parties, int degree, int wrong) {
        SortedMap<Integer, Scalar> shares = spoilt(shares(Scalar.of(3), parties, degree), wrong, 7);

        assertThat(ReedSolomon.decode(shares, degree)).isEmpty();
    }

    @Test
    void decode_allZero_isZero() {
        SortedMap<Integer, Scalar> zeros = shares(Polynomial.of(List.of(Scalar.ZERO)), 4);

        assertThat(ReedSolomon.decode(zeros, 1))
                .hasValueSatisfying(found -> assertThat(found.degree()).isEqualTo(-1));
    }

    @Test
    void decode_mostParties_endsSoon() {
        Polynomial polynomial = Polynomial.random(Scalar.of(11), 84, random);
        SortedMap<Integer, Scalar> shares = spoilt(shares(polynomial, 255), 85, 1);

        assertThat(ReedSolomon.decode(shares, 84))
                .hasValueSatisfying(found -> assertThat(found.at(0)).isEqualTo(Scalar.of(11)));
    }

    private SortedMap<Integer, Scalar> shares(Scalar secret, int parties, int degree) {
        return shares(Polynomial.random(secret, degree, random), parties);
    }

    private static SortedMap<Integer, Scalar> shares(Polynomial polynomial, int parties) {
        SortedMap<Integer, Scalar> shares = new TreeMap<>();
        for (int id = 1; id <= parties; id++) {
            shares.put(id, polynomial.at(id));
        }
        return shares;
    }

    private SortedMap<Integer, Scalar> spoilt(SortedMap<Integer, Scalar> shares, int count, long seed) {
        List<Integer> ids = new ArrayList<>(shares.keySet());
        Collections.shuffle(ids, new Random(seed));
        ids.subList(0, count).forEach(id -> shares.put(id, Scalar.random(random)));
        return shares;
    }
}
