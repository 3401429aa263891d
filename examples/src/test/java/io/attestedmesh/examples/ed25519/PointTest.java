package io.attestedmesh.examples.ed25519;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.attestedmesh.attest.evidence.Bytes;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.interfaces.EdECPrivateKey;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PointTest {
    /** RFC 8032 section 5.1. */
    private static final String BASE = "5866666666666666666666666666666666666666666666666666666666666666";

    private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 31, 33, 64})
    void decode_wrongLength(int size) {
        assertRefused(Bytes.of(new byte[size]), EncodingReason.ENCODING_LENGTH);
    }

    /** The encodings of p to p + 18 = 2^255 - 1, with and without the bit of x. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18})
    void decode_yOfPOrMore(int above) {
        BigInteger y = P.add(BigInteger.valueOf(above));

        assertRefused(LittleEndian.write(y), EncodingReason.NOT_CANONICAL);
        assertRefused(LittleEndian.write(y.setBit(255)), EncodingReason.NOT_CANONICAL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0100000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000080"
            })
    void decode_identity(String hex) {
        assertRefused(Bytes.fromHex(hex), EncodingReason.IDENTITY);
    }

    /** Orders 2, 4 and 8; the first also with a bit for an x that is zero. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0000000000000000000000000000000000000000000000000000000000000080",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"
            })
    void decode_smallOrder(String hex) {
        assertRefused(Bytes.fromHex(hex), EncodingReason.NOT_IN_SUBGROUP);
    }

    /** (x, y) + (0, -1) = (-x, -y) has order 2L. */
    @Property(tries = 50)
    void decode_mixedOrder(@ForAll BigInteger secret) {
        Scalar scalar = Scalar.of(secret);
        if (scalar.isZero()) {
            return;
        }
        BigInteger encoding = LittleEndian.read(Point.ofSecret(scalar).encode());
        BigInteger minusY = P.subtract(encoding.clearBit(255));
        BigInteger minusBoth = encoding.testBit(255) ? minusY : minusY.setBit(255);

        assertRefused(LittleEndian.write(minusBoth), EncodingReason.NOT_IN_SUBGROUP);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 7, 8, 11, 12})
    void decode_yOfNoPoint(int y) {
        assertRefused(LittleEndian.write(BigInteger.valueOf(y)), EncodingReason.NOT_ON_CURVE);
    }

    @Test
    void encode_identity_throws() {
        assertThatIllegalStateException().isThrownBy(Point.IDENTITY::encode);
        assertThatIllegalStateException()
                .isThrownBy(() -> Point.BASE.minus(Point.BASE).encode());
    }

    @Test
    void encode_base() {
        assertThat(Point.BASE.encode()).isEqualTo(Bytes.fromHex(BASE));
    }

    /** Public keys of RFC 8032 section 7.1. */
    @ParameterizedTest
    @CsvSource({
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e",
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf"
    })
    void decode_publicKeys_areWrittenBack(String hex) throws Exception {
        assertThat(Point.decode(Bytes.fromHex(hex)).encode().hex()).isEqualTo(hex);
    }

    @RepeatedTest(50)
    void ofSecret_agreesWithTheJca() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] seed = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
        Bytes hash = Bytes.of(MessageDigest.getInstance("SHA-512").digest(seed));
        BigInteger lower = LittleEndian.read(hash.slice(0, 32));
        BigInteger clamped =
                lower.clearBit(0).clearBit(1).clearBit(2).clearBit(255).setBit(254);
        byte[] spki = pair.getPublic().getEncoded();

        Bytes expected = Bytes.of(spki).slice(spki.length - 32, spki.length);
        assertThat(Point.ofSecret(Scalar.of(clamped)).encode()).isEqualTo(expected);
    }

    @Property(tries = 50)
    void arithmetic_isThatOfTheScalars(@ForAll BigInteger a, @ForAll BigInteger b) throws Exception {
        Scalar x = Scalar.of(a);
        Scalar y = Scalar.of(b);
        Point px = Point.ofSecret(x);

        assertThat(px.plus(Point.ofSecret(y))).isEqualTo(Point.ofSecret(x.plus(y)));
        assertThat(px.minus(Point.ofSecret(y))).isEqualTo(Point.ofSecret(x.minus(y)));
        assertThat(px.times(y)).isEqualTo(Point.ofSecret(x.times(y)));
        assertThat(px.isIdentity()).isEqualTo(x.isZero());
        assertThat(px.isIdentity() ? px : Point.decode(px.encode())).isEqualTo(px);
    }

    @Test
    void times_zero_isIdentity() {
        assertThat(Point.BASE.times(Scalar.ZERO)).isEqualTo(Point.IDENTITY).hasToString("identity");
    }

    private static void assertRefused(Bytes encoding, EncodingReason reason) {
        assertThatExceptionOfType(InvalidEncodingException.class)
                .isThrownBy(() -> Point.decode(encoding))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
