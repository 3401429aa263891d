package io.attestedmesh.releases.envelope;

import static io.attestedmesh.releases.envelope.SigningAlgorithm.ED25519;
import static io.attestedmesh.releases.envelope.SigningAlgorithm.ES256;
import static io.attestedmesh.releases.envelope.SigningAlgorithm.ES384;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.Curve;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.verify.CryptoProvider;
import io.attestedmesh.releases.fixture.Signer;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a key is called, for which algorithm it is, and which sets of keys there are. */
class KeysTest {
    private static final Signer ALICE = Signer.generate("alice", ES384);
    private static final Signer BOB = Signer.generate("bob", ES256);

    @Test
    void thumbprint_ofTheKeyOfRfc8037_isThatOfTheRfc() {
        // RFC 8037, appendix A.3
        byte[] x = Base64.getUrlDecoder().decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
        Bytes der = Bytes.concat(Bytes.fromHex("302a300506032b6570032100"), Bytes.of(x));

        assertThat(new NamedKey("rfc", ED25519, ED25519.publicKey(der)).keyId())
                .isEqualTo("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    @ParameterizedTest
    @EnumSource(names = {"ES384", "ES256"})
    void keyOfAnotherProvider_isTheSameKey(SigningAlgorithm algorithm) throws Exception {
        PublicKey ours = Signer.generate("x", algorithm).key().key();
        PublicKey theirs = KeyFactory.getInstance(
                        ours.getAlgorithm(), CryptoProvider.fastest().provider())
                .generatePublic(new X509EncodedKeySpec(ours.getEncoded()));
        assertThat(theirs).isNotInstanceOf(ours.getClass());

        assertThat(new NamedKey("x", algorithm, theirs)).isEqualTo(new NamedKey("x", algorithm, ours));
        assertThat(SigningAlgorithm.of(theirs)).contains(algorithm);
    }

    @Test
    void keyOfAnotherCurve_isRefused() {
        assertThatThrownBy(() -> new NamedKey("bob", ES384, BOB.key().key()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no public key for ES384");
    }

    @ParameterizedTest
    @ValueSource(strings = {"secp521r1", "secp256r1", "secp384r1"})
    void ecKey_isNoEd25519Key(String curve) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        PublicKey key = generator.generateKeyPair().getPublic();

        assertThatThrownBy(() -> new NamedKey("x", ED25519, key)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keysOfOtherTypes_haveNoAlgorithm() throws Exception {
        KeyPairGenerator p521 = KeyPairGenerator.getInstance("EC");
        p521.initialize(new ECGenParameterSpec("secp521r1"));
        for (KeyPairGenerator other : List.of(
                p521,
                KeyPairGenerator.getInstance("RSA"),
                KeyPairGenerator.getInstance("Ed448"),
                KeyPairGenerator.getInstance("X25519"))) {
            assertThat(SigningAlgorithm.of(other.generateKeyPair().getPublic())).isEmpty();
        }
    }

    @Test
    void pointOffTheCurve_isRefused() {
        byte[] der = BOB.key().encoded().toByteArray();
        der[der.length - 1] ^= 1;

        assertThatThrownBy(() -> ES256.publicKey(Bytes.of(der))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void compressedPoint_isRefused() {
        Bytes x = BOB.key().encoded().slice(27, 59);
        Bytes compressed = Bytes.concat(
                Bytes.fromHex("3039301306072a8648ce3d020106082a8648ce3d030107032200"), Bytes.of((byte) 2), x);

        assertThatThrownBy(() -> ES256.publicKey(compressed)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @EnumSource
    void bytesBehindTheKey_areRefused(SigningAlgorithm algorithm) {
        Bytes longer = Bytes.concat(Signer.generate("x", algorithm).key().encoded(), Bytes.of((byte) 0));

        assertThatThrownBy(() -> algorithm.publicKey(longer)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"EdDSA", "ES512", "ES256K", "none", "RS256", "", "es384", "ED25519"})
    void otherAlgorithm_isNotNamed(String name) {
        assertThat(SigningAlgorithm.named(name)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void algorithm_isNamedAsItIsWritten(SigningAlgorithm algorithm) {
        assertThat(SigningAlgorithm.named(algorithm.joseName())).contains(algorithm);
        assertThat(algorithm.curve()).isIn(Curve.P_256, Curve.P_384, Curve.Ed25519);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "-a", "ä", "a\n", "a\u0000"})
    void nameThatNeedsCare_isRefused(String name) {
        assertThatThrownBy(() -> renamed(ALICE, name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void oneKeyUnderTwoNames_isRefused() {
        assertThatThrownBy(() -> new KeySet(List.of(ALICE.key(), renamed(ALICE, "bob")), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("bob and alice have the same key");
    }

    @Test
    void twoKeysUnderOneName_areRefused() {
        assertThatThrownBy(() -> new KeySet(List.of(ALICE.key(), renamed(BOB, "alice")), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("two keys are named alice");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 3})
    void thresholdOutOfRange_isRefused(int threshold) {
        assertThatThrownBy(() -> new KeySet(List.of(ALICE.key(), BOB.key()), threshold))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a threshold of " + threshold + " of 2 keys");
    }

    @Test
    void noKeys_areRefused() {
        assertThatThrownBy(() -> new KeySet(List.of(), 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void moreThan64Keys_areRefused() {
        List<NamedKey> keys = IntStream.rangeClosed(0, KeySet.MAX_KEYS)
                .mapToObj(i -> Signer.generate("k" + i, ED25519).key())
                .collect(Collectors.toList());

        assertThatThrownBy(() -> new KeySet(keys, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void authority_isOfKeysAndThreshold_notOfNamesAndOrder() {
        KeySet before = new KeySet(List.of(ALICE.key(), BOB.key()), 1);

        assertThat(before.sameAuthorityAs(new KeySet(List.of(BOB.key(), renamed(ALICE, "eve")), 1)))
                .isTrue();
        assertThat(before.sameAuthorityAs(new KeySet(List.of(ALICE.key(), BOB.key()), 2)))
                .isFalse();
        assertThat(before.sameAuthorityAs(new KeySet(List.of(ALICE.key()), 1))).isFalse();
    }

    private static NamedKey renamed(Signer signer, String name) {
        return new NamedKey(name, signer.key().algorithm(), signer.key().key());
    }

    /** Of an empty key the platform says that an index is out of bounds. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "300a300506032b6570030100",
                // the identity, a point of order 4, one that is not on the curve, and the base point plus (0, -1)
                "302a300506032b65700321000100000000000000000000000000000000000000000000000000000000000000",
                "302a300506032b65700321000000000000000000000000000000000000000000000000000000000000000000",
                "302a300506032b65700321000200000000000000000000000000000000000000000000000000000000000000",
                "302a300506032b65700321009599999999999999999999999999999999999999999999999999999999999999"
            })
    void ed25519KeyThatProvesNothing_isNone(String der) {
        assertThatIllegalArgumentException().isThrownBy(() -> SigningAlgorithm.ED25519.publicKey(Bytes.fromHex(der)));
    }

    /** RFC 8032, section 7.1, test 1; with S + L, with R = B + (0, -1) that fits up to a cofactor, and cut short. */
    @ParameterizedTest
    @CsvSource({
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b, true",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                + "4c8c7872aa064e049dbb3013fbf29380d25bf5f0595bbe24655141438e7a101b, false",
        "9599999999999999999999999999999999999999999999999999999999999999"
                + "4ffbf43ac9ee88d2ea30ffd0e52e2d88f035f3cafeafde602c1d888d7a966b0a, false",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155, false",
    })
    void ed25519Signature_hasOneForm(String signature, boolean valid) throws Exception {
        PublicKey key = ED25519.publicKey(Bytes.fromHex(
                "302a300506032b6570032100d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"));

        assertThat(ED25519.verifies(key, new byte[0], Bytes.fromHex(signature))).isEqualTo(valid);
    }
}
