package io.attestedmesh.attest.ed25519;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.attestedmesh.attest.evidence.Bytes;
import java.security.InvalidKeyException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.util.List;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class Ed25519PublicKeyTest {
    private static final Bytes RAW = EdgeCases.SIGNER.key();

    static List<Bytes> wrongLengths() {
        return InvalidKeys.wrongLengths();
    }

    static List<Bytes> nonCanonical() {
        return InvalidKeys.nonCanonical();
    }

    static List<Bytes> offTheCurve() {
        return InvalidKeys.offTheCurve();
    }

    static List<Bytes> smallOrder() {
        return Curve.smallOrderEncodings();
    }

    static List<Bytes> mixedOrder() {
        return InvalidKeys.mixedOrder();
    }

    @ParameterizedTest
    @MethodSource({"wrongLengths", "nonCanonical", "offTheCurve", "smallOrder", "mixedOrder"})
    void of_noKey_refused(Bytes encoded) {
        assertThatExceptionOfType(InvalidKeyException.class).isThrownBy(() -> Ed25519PublicKey.of(encoded));
    }

    @ParameterizedTest
    @MethodSource({"wrongLengths", "nonCanonical", "smallOrder", "mixedOrder"})
    void of_keyOfTheJca_judgedAsItsBytes(Bytes encoded) {
        PublicKey key = new EncodedKey.Public(encoded);

        assertThatExceptionOfType(InvalidKeyException.class).isThrownBy(() -> Ed25519PublicKey.of(key));
    }

    @Test
    void tables_areWhatTheySay() {
        assertThat(Curve.smallOrder()).doesNotHaveDuplicates().hasSize(8);
        assertThat(Curve.smallOrderEncodings()).doesNotHaveDuplicates().hasSize(14);
        assertThat(InvalidKeys.offTheCurve()).hasSizeGreaterThan(10);
        assertThat(InvalidKeys.mixedOrder())
                .doesNotContain(RAW)
                .doesNotHaveDuplicates()
                .hasSize(7);
    }

    @Test
    void of_keysOfTwoProviders_verify() throws Exception {
        for (KeyPairGenerator generator : List.of(
                KeyPairGenerator.getInstance("Ed25519"),
                KeyPairGenerator.getInstance("Ed25519", new BouncyCastleProvider()))) {
            var pair = generator.generateKeyPair();
            Signature signer = Signature.getInstance("Ed25519", generator.getProvider());
            signer.initSign(pair.getPrivate());
            signer.update(RAW.toByteArray());
            Bytes signature = Bytes.of(signer.sign());

            assertThat(Ed25519PublicKey.of(pair.getPublic()).verify(RAW, signature))
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Ed448", "X25519", "X448", "EC", "RSA"})
    void of_otherAlgorithm_refused(String algorithm) throws Exception {
        PublicKey key =
                KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPublic();

        assertThatExceptionOfType(InvalidKeyException.class)
                .isThrownBy(() -> Ed25519PublicKey.of(key))
                .withMessageContaining("not an Ed25519 key");
    }

    @Test
    void of_keyWithoutEncoding_refused() {
        PublicKey key = new PublicKey() {
            private static final long serialVersionUID = 1L;

            @Override
            public String getAlgorithm() {
                return "Ed25519";
            }

            @Override
            public String getFormat() {
                return null;
            }

            @Override
            public byte[] getEncoded() {
                return null;
            }
        };

        assertThatExceptionOfType(InvalidKeyException.class).isThrownBy(() -> Ed25519PublicKey.of(key));
    }

    @Test
    void raw_isWhatWasParsed() throws Exception {
        assertThat(Ed25519PublicKey.of(RAW).raw()).isEqualTo(RAW);
    }

    @Test
    void equal_isTheSameBytes() throws Exception {
        Ed25519PublicKey other = Ed25519PrivateKey.of(RAW).publicKey();

        assertThat(Ed25519PublicKey.of(RAW))
                .isEqualTo(Ed25519PublicKey.of(RAW))
                .hasSameHashCodeAs(Ed25519PublicKey.of(RAW))
                .isNotEqualTo(other)
                .isNotEqualTo(RAW)
                .hasToString(RAW.hex());
    }
}
