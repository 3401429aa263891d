package io.attestedmesh.enclave.secrets;

import static io.attestedmesh.enclave.secrets.SecretsReason.MALFORMED_ENVELOPE;
import static io.attestedmesh.enclave.secrets.SecretsReason.TOO_LARGE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.attestedmesh.attest.evidence.Bytes;
import java.net.URI;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealedEnvelopeTest {
    private static final NamedVersion OF = new NamedVersion("database.password", 7);

    private static SealedEnvelope sealed(String content) throws SecretsException {
        return new Sealer(LocalKeys.ONE, KmsServer.KEY, new SecureRandom())
                .seal(OF, SecretBytes.of(content.getBytes(UTF_8)));
    }

    private static SecretsException refused(byte[] encoded) {
        SecretsException refusal =
                catchThrowableOfType(SecretsException.class, () -> SealedEnvelope.parse(Bytes.of(encoded)));
        assertThat(refusal).isNotNull();
        assertThat(refusal.reason()).isEqualTo(MALFORMED_ENVELOPE);
        assertThat(refusal.getMessage()).hasSizeLessThan(800).doesNotContain("\n");
        return refusal;
    }

    private static byte[] with(byte[] encoded, int at, int value) {
        byte[] changed = encoded.clone();
        changed[at] = (byte) value;
        return changed;
    }

    @Test
    void seal_ofTheSameTwice_sharesNoNonce() throws SecretsException {
        assertThat(sealed("secret").nonce()).isNotEqualTo(sealed("secret").nonce());
        assertThat(sealed("secret").ciphertext().size()).isEqualTo("secret".length() + 16);
    }

    @Test
    void parse_cutAtAnyByte_isMalformed() throws SecretsException {
        Bytes encoded = sealed("secret").encode();
        for (int length = 0; length < encoded.size(); length++) {
            refused(encoded.slice(0, length).toByteArray());
        }
    }

    @Test
    void parse_withAByteMore_isMalformed() throws SecretsException {
        assertThat(refused(Bytes.concat(sealed("secret").encode(), Bytes.of(new byte[1]))
                                .toByteArray())
                        .expected())
                .contains("ends where the envelope does");
    }

    @Test
    void parse_ofAnotherFormat_namesIt() throws SecretsException {
        assertThat(refused(with(sealed("secret").encode().toByteArray(), 4, 2)).actual())
                .isEqualTo("format 2");
    }

    @Test
    void parse_ofAnotherFile_saysSo() {
        assertThat(refused("-----BEGIN PRIVATE KEY-----".getBytes(UTF_8)).expected())
                .contains("AMSE");
    }

    @ParameterizedTest
    @ValueSource(ints = {'\n', ' ', '/', 0x80, '-'})
    void parse_ofAStrangeName_isMalformed(int letter) throws SecretsException {
        refused(with(sealed("secret").encode().toByteArray(), 7, letter));
    }

    @Test
    void parse_ofAVersionBelowOne_isMalformed() throws SecretsException {
        byte[] encoded = sealed("secret").encode().toByteArray();
        int version = 7 + OF.name().length();

        refused(with(encoded, version + 7, 0));
        refused(with(encoded, version, 0x80));
    }

    @Test
    void parse_ofAnAliasInPlaceOfAKey_isMalformed() throws SecretsException {
        byte[] encoded = sealed("secret").encode().toByteArray();
        int arn = 7 + OF.name().length() + 8 + 2;

        refused(with(encoded, arn + "arn:aws:kms:eu-central-1:111122223333:".length(), 'a'));
    }

    @Test
    void parse_ofMoreThanTheBound_isMalformed() {
        refused(new byte[SealedEnvelope.MAX_SIZE + 1]);
    }

    @Test
    void seal_ofMoreThanTheBound_isRefusedBeforeAKeyIsAskedFor() {
        Sealer sealer = new Sealer(
                (key, context) -> {
                    throw new AssertionError("asked");
                },
                KmsServer.KEY,
                new SecureRandom());
        SecretBytes large = SecretBytes.of(new byte[SealedEnvelope.MAX_CONTENT + 1]);

        assertThat(catchThrowableOfType(SecretsException.class, () -> sealer.seal(OF, large))
                        .reason())
                .isEqualTo(TOO_LARGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".a", "-a", "a/b", "a b", "ä"})
    void name_outsideOfItsBounds_isRefused(String name) {
        assertThatThrownBy(() -> new NamedVersion(name, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void secret_afterItWasDestroyed_isGone() {
        SecretBytes secret = SecretBytes.of(new byte[] {1, 2, 3});
        secret.close();

        assertThat(secret.isDestroyed()).isTrue();
        assertThatThrownBy(secret::toByteArray).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1234abcd-12ab-34cd-56ef-1234567890ab",
                "alias/mine",
                "arn:aws:kms:eu-central-1:111122223333:alias/mine",
                "arn:aws:kms:eu-central-1:1111:key/1234",
                "arn:aws:kms:*:111122223333:key/1234",
                "arn:aws:kms:eu-central-1:111122223333:key/12\n34"
            })
    void keyArn_ofSomethingElse_isRefused(String value) {
        assertThatThrownBy(() -> new KeyArn(value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("\n");
    }

    @Test
    void keyArn_knowsItsRegion() {
        assertThat(KmsServer.KEY.region()).isEqualTo("eu-central-1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1",
                "https:kms",
                "kms.example",
                "https://user@kms.example",
                "https://kms.example/?a=b"
            })
    void endpoint_thatIsNotHttps_isRefused(String endpoint) {
        assertThatThrownBy(() -> AwsSettings.DEFAULTS.withEndpoint(URI.create(endpoint)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
