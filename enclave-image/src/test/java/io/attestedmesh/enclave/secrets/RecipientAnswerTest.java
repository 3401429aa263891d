package io.attestedmesh.enclave.secrets;

import static io.attestedmesh.enclave.secrets.SecretsReason.*;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.attestedmesh.attest.evidence.Bytes;
import java.io.ByteArrayOutputStream;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CMS that was damaged on the way, at every place. */
class RecipientAnswerTest {
    private static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes(UTF_8);

    private static RecipientKey key;
    private static byte[] answer;

    @BeforeAll
    static void enclose() throws Exception {
        key = RecipientKey.generate(new SecureRandom());
        PublicKey recipient = KeyFactory.getInstance("RSA")
                .generatePublic(new X509EncodedKeySpec(key.publicKey().toByteArray()));
        answer = Cms.enveloped(recipient, SECRET);
    }

    private static SecretsReason refusal(byte[] damaged) {
        SecretsException refused = catchThrowableOfType(SecretsException.class, () -> open(damaged));
        assertThat(refused).isNotNull();
        assertThat(refused.getMessage()).hasSizeLessThan(600).doesNotContain("\n");
        return (SecretsReason) refused.reason();
    }

    private static SecretBytes open(byte[] encoded) throws SecretsException {
        return key.open(RecipientAnswer.parse(Bytes.of(encoded)));
    }

    @Test
    void open_ofWhatKmsSends_givesTheSecret() throws Exception {
        assertThat(answer[1]).as("an indefinite length").isEqualTo((byte) 0x80);
        assertThat(open(answer).toByteArray()).isEqualTo(SECRET);
    }

    @Test
    void parse_cutAtAnyByte_isMalformed() {
        for (int length = 0; length < answer.length; length++) {
            assertThat(refusal(Arrays.copyOf(answer, length)))
                    .as("first %s bytes", length)
                    .isEqualTo(MALFORMED_CMS);
        }
    }

    /** CBC has no integrity: what a flip in the content gives is refused here, or is another secret of any size. */
    @Test
    void open_withAnyBitFlipped_isRefusedOrGivesAnotherSecret() {
        Set<SecretsReason> met = EnumSet.noneOf(SecretsReason.class);
        int others = 0;
        for (int bit = 0; bit < answer.length * 8; bit += 7) {
            byte[] damaged = answer.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            try (SecretBytes opened = open(damaged)) {
                others += Arrays.equals(opened.toByteArray(), SECRET) ? 0 : 1;
            } catch (SecretsException e) {
                met.add((SecretsReason) e.reason());
            }
        }
        assertThat(met)
                .contains(MALFORMED_CMS, KEY_ENCRYPTION_ALGORITHM, CONTENT_ALGORITHM, WRONG_KEY, DAMAGED_CONTENT);
        assertThat(others).as("flips that only an AEAD finds").isPositive();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 64, 1000, 3000})
    void parse_nestedDeeply_isMalformed(int depth) {
        ByteArrayOutputStream nested = new ByteArrayOutputStream();
        for (int i = 0; i < depth; i++) {
            nested.write(0x30);
            nested.write(0x80);
        }

        assertThat(refusal(nested.toByteArray())).isEqualTo(MALFORMED_CMS);
    }

    @Test
    void parse_nestedDeeplyAndClosed_isMalformed() {
        byte[] nested = new byte[6144];
        for (int i = 0; i < nested.length / 2; i += 2) {
            nested[i] = 0x30;
            nested[i + 1] = (byte) 0x80;
        }

        assertThat(refusal(nested)).isEqualTo(MALFORMED_CMS);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 6145, 1 << 20})
    void parse_ofNothingOrTooMuch_isMalformed(int size) {
        assertThat(refusal(new byte[size])).isEqualTo(MALFORMED_CMS);
    }

    @Test
    void open_withAnotherKey_isWrongKey() {
        RecipientKey another = RecipientKey.generate(new SecureRandom());

        SecretsException refused = catchThrowableOfType(
                SecretsException.class, () -> another.open(RecipientAnswer.parse(Bytes.of(answer))));

        assertThat(refused.reason()).isEqualTo(WRONG_KEY);
    }

    @Test
    void open_ofAContentKeyOfAnotherSize_isDamaged() throws Exception {
        RecipientAnswer whole = RecipientAnswer.parse(Bytes.of(answer));
        Cipher rsa = Cipher.getInstance("RSA/ECB/OAEPPadding");
        rsa.init(
                Cipher.ENCRYPT_MODE,
                KeyFactory.getInstance("RSA")
                        .generatePublic(new X509EncodedKeySpec(key.publicKey().toByteArray())),
                new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT));
        RecipientAnswer shortKey =
                new RecipientAnswer(Bytes.of(rsa.doFinal(new byte[16])), whole.iv(), whole.encryptedContent());

        SecretsException refused = catchThrowableOfType(SecretsException.class, () -> key.open(shortKey));

        assertThat(refused.reason()).isEqualTo(DAMAGED_CONTENT);
    }
}
