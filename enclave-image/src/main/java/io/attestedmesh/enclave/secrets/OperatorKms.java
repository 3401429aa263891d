package io.attestedmesh.enclave.secrets;

import static io.attestedmesh.enclave.secrets.SecretsReason.KEY_SIZE;

import io.attestedmesh.attest.evidence.Bytes;
import java.util.Arrays;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DataKeySpec;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyResponse;

/**
 * AWS KMS as an operator uses it who has a secret and seals it for an enclave: without attestation, and only towards
 * encryption. There is no {@code Decrypt} here; the key policy gives it to measured code alone.
 */
public final class OperatorKms implements DataKeys, AutoCloseable {
    private final KmsClient client;

    /** With a client of its own. */
    public static OperatorKms open(AwsSettings settings) {
        return new OperatorKms(AwsClients.kms(settings));
    }

    /** @param client of {@link AwsClients#kms}; closed with this */
    public OperatorKms(KmsClient client) {
        this.client = client;
    }

    @Override
    public DataKey generate(KeyArn key, Map<String, String> context) throws SecretsException {
        GenerateDataKeyResponse answer;
        try {
            answer = client.generateDataKey(request ->
                    request.keyId(key.value()).keySpec(DataKeySpec.AES_256).encryptionContext(context));
        } catch (SdkException e) {
            throw AwsFailure.of("KMS", e);
        }
        SecretBytes plaintext = taken(answer.plaintext());
        try {
            AttestedKms.requireKey(key, answer.keyId());
            Bytes encrypted = AttestedKms.encryptedKey(answer);
            return new DataKey(AttestedKms.requireAes256(plaintext), encrypted);
        } catch (SecretsException e) {
            plaintext.destroy();
            throw e;
        }
    }

    private static SecretBytes taken(SdkBytes plaintext) throws SecretsException {
        if (plaintext == null) {
            throw new SecretsException(KEY_SIZE, "a data key of 32 bytes", "none");
        }
        SecretBytes copy = SecretBytes.of(plaintext.asByteArrayUnsafe());
        Arrays.fill(plaintext.asByteArrayUnsafe(), (byte) 0);
        return copy;
    }

    @Override
    public void close() {
        client.close();
    }
}
