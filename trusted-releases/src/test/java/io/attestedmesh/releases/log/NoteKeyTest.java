package io.attestedmesh.releases.log;

import static io.attestedmesh.releases.log.Logs.ORIGIN;
import static io.attestedmesh.releases.log.Logs.signer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.attestedmesh.attest.ed25519.Ed25519PublicKey;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoteKeyTest {
    /** From the documentation of Go's package note; with a second plus sign that belongs to no separator there. */
    private static final String KNOWN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    @Test
    void parse_knownKey_isReadAndPrintedTheSame() throws Exception {
        NoteKey key = NoteKey.parse(KNOWN);

        assertThat(key.name()).isEqualTo("PeterNeumann");
        assertThat(key.type()).isEqualTo(NoteKey.Type.NOTE);
        assertThat(key.id().hex()).isEqualTo("c74f20a3");
        assertThat(key.vkey()).isEqualTo(KNOWN);
    }

    @Test
    void forCosignatures_sameKey_hasAnotherIdAndIsReadBack() throws Exception {
        NoteKey key = NoteKey.parse(KNOWN).forCosignatures();

        assertThat(key.id().hex()).isNotEqualTo("c74f20a3");
        assertThat(NoteKey.parse(key.vkey())).isEqualTo(key);
        assertThat(Base64.getDecoder().decode(key.vkey().split("\\+", 3)[2])[0]).isEqualTo((byte) 4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "PeterNeumann",
                "PeterNeumann+c74f20a3",
                "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                "PeterNeumann+0c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                "PeterNeumann++ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                "PeterNeumann+c74f20a3+",
                "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T=",
                "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n",
                "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq_LDE4izWy10TW",
                "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWAAAA",
                "Peterneumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            })
    void parse_notAKey_isMalformed(String vkey) {
        assertThatExceptionOfType(MalformedReleasesException.class)
                .isThrownBy(() -> NoteKey.parse(vkey))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }

    /** The hash is right for what is there: the type alone is what is wrong. */
    @ParameterizedTest
    @ValueSource(ints = {0, 2, 3, 5, 6, 255})
    void parse_otherSignatureType_isMalformed(int type) {
        String vkey = vkey(type, signer(ORIGIN).key().publicKey().raw());

        assertThatExceptionOfType(MalformedReleasesException.class)
                .isThrownBy(() -> NoteKey.parse(vkey))
                .withMessageContaining("type " + type);
    }

    @Test
    void parse_nameOf256Bytes_isTheLongest() throws Exception {
        NoteKey longest = new NoteKey(
                "n".repeat(256), NoteKey.Type.NOTE, signer(ORIGIN).key().publicKey());

        assertThat(NoteKey.parse(longest.vkey())).isEqualTo(longest);
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new NoteKey("n".repeat(257), longest.type(), longest.publicKey()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "a b", "a+b", "a\tb", "a\nb", "a\u00a0b", "a\u2028b", "a\u3000b", "a\u0085b", "a\ud800b"
            })
    void newKey_nameThatCannotStandInANote_isRefused(String name) {
        Ed25519PublicKey key = signer(ORIGIN).key().publicKey();

        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new NoteKey(name, NoteKey.Type.NOTE, key));
    }

    /** Name, type and hash are right: y = 2 is on no point of the curve, y = 2^255 - 1 is no number below p. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "0200000000000000000000000000000000000000000000000000000000000000",
                "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "000000000000000000000000000000000000000000000000000000000000000000",
            })
    void parse_bytesThatAreNoPoint_areMalformed(String hex) {
        String vkey = vkey(1, Bytes.fromHex(hex));

        assertThatExceptionOfType(MalformedReleasesException.class).isThrownBy(() -> NoteKey.parse(vkey));
    }

    /** The neutral point, and points of orders 4 and 8; the last is the base point plus (0, -1). */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0100000000000000000000000000000000000000000000000000000000000000",
                "0000000000000000000000000000000000000000000000000000000000000000",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                "9599999999999999999999999999999999999999999999999999999999999999",
            })
    void parse_keyByWhichOthersSignToo_isMalformed(String point) {
        String vkey = vkey(1, Bytes.fromHex(point));

        assertThatExceptionOfType(MalformedReleasesException.class)
                .isThrownBy(() -> NoteKey.parse(vkey))
                .withMessageContaining("no Ed25519 public key");
    }

    @Test
    void signer_halvesOfTwoPairs_isRefused() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
        KeyPair mixed = new KeyPair(
                generator.generateKeyPair().getPublic(),
                generator.generateKeyPair().getPrivate());

        assertThatExceptionOfType(InvalidKeyException.class).isThrownBy(() -> NoteSigner.of(ORIGIN, mixed));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Ed448", "EC", "X25519"})
    void signer_otherAlgorithm_isRefused(String algorithm) throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance(algorithm).generateKeyPair();

        assertThatExceptionOfType(InvalidKeyException.class).isThrownBy(() -> NoteSigner.of(ORIGIN, pair));
    }

    /** A vkey whose hash is right for what is there. */
    private static String vkey(int type, Bytes key) {
        Bytes encoded = Bytes.concat(Bytes.of((byte) type), key);
        String id =
                Sha256.of(StrictText.utf8(ORIGIN + "\n"), encoded).slice(0, 4).hex();
        return ORIGIN + "+" + id + "+" + Base64.getEncoder().encodeToString(encoded.toByteArray());
    }
}
