package io.attestedmesh.examples.ed25519;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.attestedmesh.attest.evidence.Bytes;
import java.math.BigInteger;
import java.security.SecureRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScalarTest {
    private static final String L = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 31, 33, 64})
    void decode_wrongLength(int size) {
        assertRefused(Bytes.of(new byte[size]), EncodingReason.ENCODING_LENGTH);
    }

    @ParameterizedTest
    @CsvSource({
        L,
        "eed3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",
        "0000000000000000000000000000000000000000000000000000000000000020",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
    })
    void decode_notBelowL(String hex) {
        assertRefused(Bytes.fromHex(hex), EncodingReason.NOT_CANONICAL);
    }

    @Test
    void decode_refusal_saysNothingOfTheBytes() {
        Bytes encoding = Bytes.fromHex("ab".repeat(32));

        assertThatExceptionOfType(InvalidEncodingException.class)
                .isThrownBy(() -> Scalar.decode(encoding))
                .withMessage("NOT_CANONICAL: expected a scalar below L, actual one of L or more");
    }

    @Test
    void decode_greatest() throws Exception {
        Bytes greatest = Bytes.fromHex("ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");

        assertThat(Scalar.decode(greatest)).isEqualTo(Scalar.of(-1));
    }

    @Test
    void reduce_L_isZero() {
        assertThat(Scalar.reduce(Bytes.fromHex(L)).isZero()).isTrue();
    }

    @Test
    void inverse_ofZero_throws() {
        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(Scalar.ZERO::inverse);
    }

    @Test
    void toString_showsNoValue() {
        assertThat(Scalar.of(123456789)).hasToString("scalar");
    }

    @Test
    void random_usesTheGivenSource() {
        SecureRandom zeros = new SecureRandom() {
            private static final long serialVersionUID = 1L;

            @Override
            public void nextBytes(byte[] bytes) {}
        };

        assertThat(Scalar.random(zeros).isZero()).isTrue();
    }

    @Property(tries = 200)
    void encode_isReadBack(@ForAll @Size(64) byte[] wide) throws Exception {
        Scalar scalar = Scalar.reduce(Bytes.of(wide));

        assertThat(Scalar.decode(scalar.encode())).isEqualTo(scalar);
    }

    @Property(tries = 200)
    void arithmetic_isThatOfIntegersModuloL(@ForAll BigInteger a, @ForAll BigInteger b) {
        BigInteger order = BigInteger.TWO.pow(252).add(new BigInteger("14def9dea2f79cd65812631a5cf5d3ed", 16));
        Scalar x = Scalar.of(a);
        Scalar y = Scalar.of(b);

        assertThat(x.plus(y).value()).isEqualTo(a.add(b).mod(order));
        assertThat(x.minus(y).value()).isEqualTo(a.subtract(b).mod(order));
        assertThat(x.times(y).value()).isEqualTo(a.multiply(b).mod(order));
        assertThat(x.plus(x.negated()).isZero()).isTrue();
        assertThat(x.isZero() || x.times(x.inverse()).equals(Scalar.ONE)).isTrue();
    }

    private static void assertRefused(Bytes encoding, EncodingReason reason) {
        assertThatExceptionOfType(InvalidEncodingException.class)
                .isThrownBy(() -> Scalar.decode(encoding))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
