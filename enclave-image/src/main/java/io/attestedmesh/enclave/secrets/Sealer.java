package io.attestedmesh.enclave.secrets;

import static io.attestedmesh.enclave.secrets.SecretsReason.TOO_LARGE;

import io.attestedmesh.attest.evidence.Bytes;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes sealed envelopes under one KMS key. Each has a data key of its own, so a nonce never meets a key twice. Opening is
 * another type's work, {@link Opener}: an operator outside seals, and cannot open.
 */
public final class Sealer {
    private final DataKeys keys;
    private final KeyArn key;
    private final SecureRandom random;

    public Sealer(DataKeys keys, KeyArn key, SecureRandom random) {
        this.keys = keys;
        this.key = key;
        this.random = random;
    }

    /**
     * Seals a copy of {@code content}; one call of KMS.
     *
     * @param content 0 to 64 MiB
     * @throws SecretsException {@link SecretsReason#TOO_LARGE}, or what {@link DataKeys#generate} says
     */
    public SealedEnvelope seal(NamedVersion of, SecretBytes content) throws SecretsException {
        if (content.size() > SealedEnvelope.MAX_CONTENT) {
            throw new SecretsException(
                    TOO_LARGE, "at most " + SealedEnvelope.MAX_CONTENT + " bytes", content.size() + " bytes");
        }
        byte[] nonce = new byte[SealedEnvelope.NONCE];
        random.nextBytes(nonce);
        DataKey dataKey = keys.generate(key, of.encryptionContext());
        try (SecretBytes plaintext = dataKey.plaintext()) {
            Bytes header = SealedEnvelope.header(
                    of, key, dataKey.encrypted(), Bytes.of(nonce), content.size() + SealedEnvelope.TAG);
            return new SealedEnvelope(
                    of, key, dataKey.encrypted(), Bytes.of(nonce), encrypted(plaintext, nonce, header, content));
        }
    }

    private static Bytes encrypted(SecretBytes dataKey, byte[] nonce, Bytes header, SecretBytes content) {
        byte[] plaintext = content.toByteArray();
        try {
            Cipher gcm = gcm(Cipher.ENCRYPT_MODE, dataKey, nonce, header);
            return Bytes.of(gcm.doFinal(plaintext));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform encrypts by AES-GCM", e);
        } finally {
            Arrays.fill(plaintext, (byte) 0);
        }
    }

    static Cipher gcm(int mode, SecretBytes dataKey, byte[] nonce, Bytes header) throws GeneralSecurityException {
        byte[] raw = dataKey.toByteArray();
        try {
            Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
            gcm.init(mode, new SecretKeySpec(raw, "AES"), new GCMParameterSpec(SealedEnvelope.TAG * Byte.SIZE, nonce));
            gcm.updateAAD(header.toByteArray());
            return gcm;
        } finally {
            Arrays.fill(raw, (byte) 0);
        }
    }
}
