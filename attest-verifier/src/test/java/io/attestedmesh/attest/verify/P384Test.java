package io.attestedmesh.attest.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import org.junit.jupiter.api.Test;

class P384Test {
    private final ECPublicKey key = (ECPublicKey) TestNitro.keys(0).getPublic();

    @Test
    void order_isThatOfTheProvider() {
        assertThat(P384.ORDER).isEqualTo(key.getParams().getOrder());
    }

    @Test
    void generatorAndKeys_arePoints() {
        assertThat(isPoint(
                        key.getParams().getGenerator().getAffineX(),
                        key.getParams().getGenerator().getAffineY()))
                .isTrue();
        assertThat(isPoint(key.getW().getAffineX(), key.getW().getAffineY())).isTrue();
    }

    @Test
    void otherPairs_areNone() {
        BigInteger x = key.getW().getAffineX();
        BigInteger y = key.getW().getAffineY();
        BigInteger p = ((ECFieldFp) key.getParams().getCurve().getField()).getP();

        assertThat(isPoint(x, y.add(BigInteger.ONE))).isFalse();
        assertThat(isPoint(y, x)).isFalse();
        assertThat(isPoint(BigInteger.ZERO, BigInteger.ZERO)).isFalse();
        assertThat(isPoint(p, BigInteger.ZERO)).isFalse();
        assertThat(isPoint(x, p)).isFalse();
        assertThat(isPoint(x, p.subtract(y))).as("the negative of a point").isTrue();
    }

    private static boolean isPoint(BigInteger x, BigInteger y) {
        byte[] encoded = new byte[2 * P384.SIZE];
        put(x, encoded, P384.SIZE);
        put(y, encoded, 2 * P384.SIZE);
        return P384.isPoint(encoded, 0);
    }

    private static void put(BigInteger value, byte[] into, int end) {
        byte[] bytes = value.toByteArray();
        int size = Math.min(bytes.length, P384.SIZE);
        System.arraycopy(bytes, bytes.length - size, into, end - size, size);
    }
}
