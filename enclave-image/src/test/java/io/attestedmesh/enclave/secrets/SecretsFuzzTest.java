package io.attestedmesh.enclave.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.attestedmesh.attest.evidence.Bytes;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.X509EncodedKeySpec;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes: a value, or a typed refusal of one line. CONTRIBUTING says how to run. */
class SecretsFuzzTest {
    private static final RecipientKey KEY = RecipientKey.generate(new SecureRandom());

    static Stream<byte[]> envelopes() throws SecretsException {
        Sealer sealer = new Sealer(LocalKeys.ONE, KmsServer.KEY, new SecureRandom());
        return Stream.of(
                sealer.seal(new NamedVersion("a", 1), SecretBytes.of(new byte[0]))
                        .encode()
                        .toByteArray(),
                sealer.seal(new NamedVersion("database.password", Long.MAX_VALUE), SecretBytes.of(new byte[40]))
                        .encode()
                        .toByteArray());
    }

    static Stream<byte[]> answers() throws Exception {
        PublicKey recipient = KeyFactory.getInstance("RSA")
                .generatePublic(new X509EncodedKeySpec(KEY.publicKey().toByteArray()));
        byte[] sent = Cms.enveloped(recipient, new byte[32]);
        return Stream.of(sent, Cms.der(sent));
    }

    @MethodSource("envelopes")
    @FuzzTest
    void envelope_readsTheSameAfterWritingItAgain(byte[] input) {
        try {
            assertThat(SealedEnvelope.parse(Bytes.of(input)).encode()).isEqualTo(Bytes.of(input));
        } catch (SecretsException e) {
            assertThat(e.getMessage()).hasSizeLessThan(800).doesNotContain("\n");
        }
    }

    @MethodSource("answers")
    @FuzzTest
    void answer_opensOrIsRefused(byte[] input) {
        try (SecretBytes opened = KEY.open(RecipientAnswer.parse(Bytes.of(input)))) {
            assertThat(opened.size()).isLessThan(RecipientAnswer.MAX_SIZE);
        } catch (SecretsException e) {
            assertThat(e.getMessage()).hasSizeLessThan(800).doesNotContain("\n");
        }
    }
}
