package io.attestedmesh.federated.secure;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShamirTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] secret = new byte[Shamir.BYTES];

    ShamirTest() {
        RANDOM.nextBytes(secret);
    }

    private static Map<Integer, byte[]> last(byte[][] shares, int count) {
        Map<Integer, byte[]> some = new TreeMap<>();
        for (int i = shares.length - count; i < shares.length; i++) {
            some.put(i + 1, shares[i]);
        }
        return some;
    }

    @ParameterizedTest
    @CsvSource({"1,1", "2,2", "2,3", "4,5", "22,33", "128,255", "255,255"})
    void sharesAsManyAsTheThreshold_giveTheSecret(int threshold, int count) {
        byte[][] shares = Shamir.split(secret, threshold, count, RANDOM);

        assertThat(Shamir.combine(last(shares, threshold))).isEqualTo(secret);
        assertThat(Shamir.combine(last(shares, count))).isEqualTo(secret);
    }

    @ParameterizedTest
    @CsvSource({"2,3", "4,5", "22,33", "171,255"})
    void sharesFewerThanTheThreshold_giveSomethingElse(int threshold, int count) {
        byte[][] shares = Shamir.split(secret, threshold, count, RANDOM);

        assertThat(Shamir.combine(last(shares, threshold - 1))).isNotEqualTo(secret);
    }

    @Test
    void shareTooFew_leavesEverySecretPossible() {
        byte[][] shares = Shamir.split(secret, 3, 5, RANDOM);
        Set<Byte> possible = new HashSet<>();
        for (int guess = 0; guess < 256; guess++) {
            byte[] third = new byte[Shamir.BYTES];
            third[0] = (byte) guess;
            possible.add(Shamir.combine(Map.of(1, shares[0], 2, shares[1], 3, third))[0]);
        }

        assertThat(possible).hasSize(256);
    }

    @Test
    void field_isThatOfAes() {
        assertThat(Shamir.multiply(0x57, 0x83)).isEqualTo(0xc1); // FIPS 197, 4.2
        assertThat(Shamir.multiply(0x57, 0x13)).isEqualTo(0xfe); // FIPS 197, 4.2.1
        for (int a = 1; a < 256; a++) {
            assertThat(Shamir.multiply(a, Shamir.inverse(a))).isEqualTo(1);
        }
    }
}
