package io.attestedmesh.enclave.secrets;

import static io.attestedmesh.enclave.secrets.SecretsReason.ATTESTER_FAILED;
import static io.attestedmesh.enclave.secrets.SecretsReason.KEY_SIZE;
import static io.attestedmesh.enclave.secrets.SecretsReason.NO_RECIPIENT_ANSWER;
import static io.attestedmesh.enclave.secrets.SecretsReason.PLAINTEXT_RETURNED;
import static io.attestedmesh.enclave.secrets.SecretsReason.WRONG_KMS_KEY;

import io.attestedmesh.attest.evidence.AttestationRequest;
import io.attestedmesh.attest.evidence.Attester;
import io.attestedmesh.attest.evidence.AttesterException;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.OneLine;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DataKeySpec;
import software.amazon.awssdk.services.kms.model.DecryptResponse;
import software.amazon.awssdk.services.kms.model.EncryptionAlgorithmSpec;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyResponse;
import software.amazon.awssdk.services.kms.model.KeyEncryptionMechanism;
import software.amazon.awssdk.services.kms.model.RecipientInfo;

/**
 * AWS KMS as measured code uses it: every call carries an attestation document, and the answer is encrypted to a key that
 * exists in this enclave alone. A key policy with the registers of a release ({@link KeyPolicy}) then gives the secret to
 * that release and to nothing else, not to the parent either, whose credentials the call is signed with.
 *
 * <p>Each call makes a fresh RSA-2048 key ({@code public_key} of the document), asks for {@code RSAES_OAEP_SHA_256}, and
 * refuses every other answer than a CMS EnvelopedData for that key. Thread-safe.
 *
 * <p>Source: AWS KMS API reference, {@code Decrypt}, {@code GenerateDataKey}, {@code RecipientInfo}.
 */
public final class AttestedKms implements DataKeys, AutoCloseable {
    /** The most bytes that KMS decrypts: a plaintext of 4096 bytes, encrypted. */
    public static final int MAX_CIPHERTEXT = 6144;

    private static final String SERVICE = "KMS";

    private final KmsClient client;
    private final Attester attester;
    private final Supplier<RecipientKey> recipients;

    /** With a client of its own. */
    public static AttestedKms open(AwsSettings settings, Attester attester, SecureRandom random) {
        return new AttestedKms(AwsClients.kms(settings), attester, random);
    }

    /** @param client of {@link AwsClients#kms}; closed with this */
    public AttestedKms(KmsClient client, Attester attester, SecureRandom random) {
        this(client, attester, () -> RecipientKey.generate(random));
    }

    AttestedKms(KmsClient client, Attester attester, Supplier<RecipientKey> recipients) {
        this.client = client;
        this.attester = attester;
        this.recipients = recipients;
    }

    /**
     * Decrypts what was encrypted under {@code key}.
     *
     * @param ciphertext a CiphertextBlob of KMS, 1 to {@link #MAX_CIPHERTEXT} bytes
     * @param context exactly the encryption context that it was encrypted with; may be empty
     * @return up to 4096 bytes, which the caller destroys. Whether they are what was encrypted is known from the TLS
     *     connection only, and from an AEAD that they open
     */
    public SecretBytes decrypt(KeyArn key, Bytes ciphertext, Map<String, String> context) throws SecretsException {
        if (ciphertext.isEmpty() || ciphertext.size() > MAX_CIPHERTEXT) {
            throw new IllegalArgumentException(
                    "a ciphertext of " + ciphertext.size() + " bytes, not 1 to " + MAX_CIPHERTEXT);
        }
        RecipientKey recipient = recipients.get();
        RecipientInfo attested = attested(recipient);
        DecryptResponse answer;
        try {
            answer = client.decrypt(request -> request.keyId(key.value())
                    .ciphertextBlob(SdkBytes.fromByteArray(ciphertext.toByteArray()))
                    .encryptionAlgorithm(EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT)
                    .encryptionContext(context)
                    .recipient(attested));
        } catch (SdkException e) {
            throw AwsFailure.of(SERVICE, e);
        }
        requireKey(key, answer.keyId());
        return opened(recipient, answer.plaintext(), answer.ciphertextForRecipient());
    }

    @Override
    public DataKey generate(KeyArn key, Map<String, String> context) throws SecretsException {
        RecipientKey recipient = recipients.get();
        RecipientInfo attested = attested(recipient);
        GenerateDataKeyResponse answer;
        try {
            answer = client.generateDataKey(request -> request.keyId(key.value())
                    .keySpec(DataKeySpec.AES_256)
                    .encryptionContext(context)
                    .recipient(attested));
        } catch (SdkException e) {
            throw AwsFailure.of(SERVICE, e);
        }
        requireKey(key, answer.keyId());
        Bytes encrypted = encryptedKey(answer);
        SecretBytes plaintext = opened(recipient, answer.plaintext(), answer.ciphertextForRecipient());
        return new DataKey(requireAes256(plaintext), encrypted);
    }

    private RecipientInfo attested(RecipientKey recipient) throws SecretsException {
        try {
            Bytes document = attester.attest(
                    new AttestationRequest(Optional.of(recipient.publicKey()), Optional.empty(), Optional.empty()));
            return RecipientInfo.builder()
                    .attestationDocument(SdkBytes.fromByteArray(document.toByteArray()))
                    .keyEncryptionAlgorithm(KeyEncryptionMechanism.RSAES_OAEP_SHA_256)
                    .build();
        } catch (AttesterException e) {
            throw new SecretsException(
                    ATTESTER_FAILED, "an attestation document", OneLine.of(String.valueOf(e.getMessage())), e);
        }
    }

    private static SecretBytes opened(RecipientKey recipient, SdkBytes plaintext, SdkBytes forRecipient)
            throws SecretsException {
        if (plaintext != null && plaintext.asByteArrayUnsafe().length > 0) {
            Arrays.fill(plaintext.asByteArrayUnsafe(), (byte) 0);
            throw new SecretsException(
                    PLAINTEXT_RETURNED, "the secret encrypted to this enclave", "the secret as it is");
        }
        if (forRecipient == null || forRecipient.asByteArrayUnsafe().length == 0) {
            throw new SecretsException(NO_RECIPIENT_ANSWER, "CiphertextForRecipient", "none");
        }
        return recipient.open(RecipientAnswer.parse(Bytes.of(forRecipient.asByteArrayUnsafe())));
    }

    static void requireKey(KeyArn asked, String answered) throws SecretsException {
        if (!asked.value().equals(answered)) {
            throw new SecretsException(
                    WRONG_KMS_KEY, asked.value(), answered == null ? "no key" : OneLine.of(answered));
        }
    }

    static Bytes encryptedKey(GenerateDataKeyResponse answer) throws SecretsException {
        int size = answer.ciphertextBlob() == null ? 0 : answer.ciphertextBlob().asByteArrayUnsafe().length;
        if (size == 0 || size > MAX_CIPHERTEXT) {
            throw new SecretsException(
                    KEY_SIZE, "an encrypted data key of 1 to " + MAX_CIPHERTEXT + " bytes", size + " bytes");
        }
        return Bytes.of(answer.ciphertextBlob().asByteArrayUnsafe());
    }

    static SecretBytes requireAes256(SecretBytes key) throws SecretsException {
        if (key.size() != DataKey.SIZE) {
            key.destroy();
            throw new SecretsException(KEY_SIZE, "a data key of 32 bytes", key.size() + " bytes");
        }
        return key;
    }

    @Override
    public void close() {
        client.close();
    }
}
