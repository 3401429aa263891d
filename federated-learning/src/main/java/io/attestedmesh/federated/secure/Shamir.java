package io.attestedmesh.federated.secure;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;

/**
 * Threshold sharing after Shamir (1979), byte by byte in the field of 256 elements of AES. No branch and no address depends
 * on a secret; the places of shares are public. Bouncy Castle's {@code ShamirSecretSplitter} (1.84) is not used: it branches on
 * secrets or looks them up in tables, and fails for more parties than the secret has bytes.
 */
final class Shamir {
    /** Of each secret and each share. */
    static final int BYTES = 32;

    private Shamir() {}

    /** Shares for places 1 to {@code count}, in that order, of which {@code threshold} open the secret. */
    static byte[][] split(byte[] secret, int threshold, int count, SecureRandom random) {
        byte[][] coefficients = new byte[threshold][];
        coefficients[0] = secret;
        for (int i = 1; i < threshold; i++) {
            coefficients[i] = new byte[BYTES];
            random.nextBytes(coefficients[i]);
        }
        byte[][] shares = new byte[count][BYTES];
        for (int place = 1; place <= count; place++) {
            byte[] share = shares[place - 1];
            for (int i = threshold - 1; i >= 0; i--) {
                for (int b = 0; b < BYTES; b++) {
                    share[b] = (byte) (multiply(share[b], place) ^ coefficients[i][b]);
                }
            }
        }
        for (int i = 1; i < threshold; i++) {
            Arrays.fill(coefficients[i], (byte) 0);
        }
        return shares;
    }

    /** The secret of shares by place, of which there are as many as the threshold; others give another value. */
    static byte[] combine(Map<Integer, byte[]> shares) {
        byte[] secret = new byte[BYTES];
        shares.forEach((place, share) -> {
            int above = 1;
            int below = 1;
            for (int other : shares.keySet()) {
                if (other != place) {
                    above = multiply(above, other);
                    below = multiply(below, other ^ place);
                }
            }
            int weight = multiply(above, inverse(below));
            for (int b = 0; b < BYTES; b++) {
                secret[b] ^= (byte) multiply(share[b], weight);
            }
        });
        return secret;
    }

    /** Modulo x^8 + x^4 + x^3 + x + 1. */
    static int multiply(int a, int b) {
        int product = 0;
        int shifted = a & 0xff;
        for (int bit = 0; bit < 8; bit++) {
            product ^= shifted & -((b >>> bit) & 1);
            shifted = (shifted << 1) ^ (0x11b & -(shifted >>> 7));
        }
        return product;
    }

    /** a^254; 0 for 0. */
    static int inverse(int a) {
        int power = a;
        int result = 1;
        for (int bit = 1; bit < 8; bit++) {
            power = multiply(power, power);
            result = multiply(result, power);
        }
        return result;
    }
}
