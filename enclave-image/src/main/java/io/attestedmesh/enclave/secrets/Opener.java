package io.attestedmesh.enclave.secrets;

import static io.attestedmesh.enclave.secrets.SecretsReason.DAMAGED_ENVELOPE;
import static io.attestedmesh.enclave.secrets.SecretsReason.KEY_SIZE;
import static io.attestedmesh.enclave.secrets.SecretsReason.WRONG_ENVELOPE_KEY;
import static io.attestedmesh.enclave.secrets.SecretsReason.WRONG_NAME;
import static io.attestedmesh.enclave.secrets.SecretsReason.WRONG_VERSION;

import io.attestedmesh.attest.evidence.OneLine;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;

/** Opens sealed envelopes inside an enclave, those of one KMS key. */
public final class Opener {
    private final AttestedKms kms;
    private final KeyArn key;

    public Opener(AttestedKms kms, KeyArn key) {
        this.kms = kms;
        this.key = key;
    }

    /** Opens the envelope if it is exactly {@code expected}; the caller destroys what comes out. */
    public SecretBytes open(SealedEnvelope envelope, NamedVersion expected) throws SecretsException {
        requireName(envelope, expected.name());
        if (envelope.of().version() != expected.version()) {
            throw new SecretsException(
                    WRONG_VERSION,
                    "version " + expected.version(),
                    "version " + envelope.of().version());
        }
        return open(envelope);
    }

    /** Opens the envelope if it is of this name; its version then is authentic. */
    SecretBytes openAnyVersion(SealedEnvelope envelope, String name) throws SecretsException {
        requireName(envelope, name);
        return open(envelope);
    }

    private static void requireName(SealedEnvelope envelope, String name) throws SecretsException {
        if (!envelope.of().name().equals(name)) {
            throw new SecretsException(
                    WRONG_NAME, name, OneLine.of(envelope.of().name()));
        }
    }

    private SecretBytes open(SealedEnvelope envelope) throws SecretsException {
        if (!envelope.key().equals(key)) {
            throw new SecretsException(
                    WRONG_ENVELOPE_KEY, key.value(), envelope.key().value());
        }
        try (SecretBytes dataKey =
                kms.decrypt(key, envelope.dataKey(), envelope.of().encryptionContext())) {
            if (dataKey.size() != DataKey.SIZE) {
                throw new SecretsException(KEY_SIZE, "a data key of 32 bytes", dataKey.size() + " bytes");
            }
            Cipher gcm =
                    Sealer.gcm(Cipher.DECRYPT_MODE, dataKey, envelope.nonce().toByteArray(), envelope.header());
            return SecretBytes.adopt(gcm.doFinal(envelope.ciphertext().toByteArray()));
        } catch (GeneralSecurityException e) {
            throw new SecretsException(
                    DAMAGED_ENVELOPE, "an envelope as it was sealed", "one that does not open under its data key", e);
        }
    }
}
