package io.attestedmesh.attest.ed25519;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.attestedmesh.attest.evidence.Bytes;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Ed25519PrivateKeyTest {
    private static final Bytes SEED = Bytes.fromHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    private static final Bytes MESSAGE = Bytes.fromHex("00ff");

    /** Gives sevens. */
    private static final class Sevens extends SecureRandom {
        private static final long serialVersionUID = 1L;

        @Override
        public void nextBytes(byte[] bytes) {
            Arrays.fill(bytes, (byte) 7);
        }
    }

    /** A key of a module that signs and shows nothing, or of one that shows something else. */
    private static final class OfModule implements EdECPrivateKey {
        private static final long serialVersionUID = 1L;

        private final transient Optional<byte[]> shown;

        OfModule(Optional<byte[]> shown) {
            this.shown = shown;
        }

        @Override
        public NamedParameterSpec getParams() {
            return NamedParameterSpec.ED25519;
        }

        @Override
        public Optional<byte[]> getBytes() {
            return shown;
        }

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
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 31, 33, 64})
    void of_wrongLength_refused(int size) {
        assertThatExceptionOfType(InvalidKeyException.class)
                .isThrownBy(() -> Ed25519PrivateKey.of(Bytes.of(new byte[size])))
                .withMessageContaining("not " + size);
    }

    @Test
    void of_keysOfTwoProviders_sameKey() throws Exception {
        for (KeyPairGenerator generator : List.of(
                KeyPairGenerator.getInstance("Ed25519"),
                KeyPairGenerator.getInstance("Ed25519", new BouncyCastleProvider()))) {
            KeyPair pair = generator.generateKeyPair();

            assertThat(Ed25519PrivateKey.of(pair.getPrivate()).publicKey())
                    .isEqualTo(Ed25519PublicKey.of(pair.getPublic()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Ed448", "X25519", "EC", "RSA"})
    void of_otherAlgorithm_refused(String algorithm) throws Exception {
        PrivateKey key =
                KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate();

        assertThatExceptionOfType(InvalidKeyException.class)
                .isThrownBy(() -> Ed25519PrivateKey.of(key))
                .withMessageContaining("not an Ed25519 key");
    }

    @Test
    void of_keyThatKeepsItsSeed_refused() {
        assertThatExceptionOfType(InvalidKeyException.class)
                .isThrownBy(() -> Ed25519PrivateKey.of(new OfModule(Optional.empty())))
                .withMessageContaining("keeps its seed");
    }

    @Test
    void of_keyWithAnotherSize_refused() {
        assertThatExceptionOfType(InvalidKeyException.class)
                .isThrownBy(() -> Ed25519PrivateKey.of(new OfModule(Optional.of(new byte[57]))))
                .withMessageContaining("not 57");
    }

    @Test
    void seed_readBack_sameKey() throws Exception {
        Ed25519PrivateKey key = Ed25519PrivateKey.generate(new SecureRandom());
        Ed25519PrivateKey again = Ed25519PrivateKey.of(key.seed());

        assertThat(again.publicKey()).isEqualTo(key.publicKey());
        assertThat(key.publicKey().verify(MESSAGE, again.sign(MESSAGE))).isTrue();
    }

    @Test
    void generate_takesTheRandomBytesAsSeed() {
        assertThat(Ed25519PrivateKey.generate(new Sevens()).seed().hex()).isEqualTo("07".repeat(32));
    }

    @Test
    void signature_ofAnotherKey_refused() throws Exception {
        Ed25519PrivateKey one = Ed25519PrivateKey.of(SEED);
        Ed25519PrivateKey other = Ed25519PrivateKey.generate(new Sevens());

        assertThat(one.publicKey().verify(MESSAGE, other.sign(MESSAGE))).isFalse();
    }

    @Test
    void text_showsThePublicKeyOnly() throws Exception {
        Ed25519PrivateKey key = Ed25519PrivateKey.of(SEED);

        assertThat(key.toString()).contains(key.publicKey().raw().hex()).doesNotContain("9d61");
    }
}
