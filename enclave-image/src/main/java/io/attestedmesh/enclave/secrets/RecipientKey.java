package io.attestedmesh.enclave.secrets;

import static io.attestedmesh.enclave.secrets.SecretsReason.DAMAGED_CONTENT;
import static io.attestedmesh.enclave.secrets.SecretsReason.WRONG_KEY;

import io.attestedmesh.attest.evidence.Bytes;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/**
 * The RSA key of one call to KMS. It is made for the call and forgotten with its answer, so an answer of an earlier call
 * does not open, and no key stays in memory that would open recorded ones. It costs some 100 ms a call, and a node calls
 * a few times in its life.
 */
final class RecipientKey {
    private static final int BITS = 2048;
    private static final OAEPParameterSpec OAEP_SHA256 =
            new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT);

    private final KeyPair pair;

    private RecipientKey(KeyPair pair) {
        this.pair = pair;
    }

    static RecipientKey generate(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(BITS, random);
            return new RecipientKey(generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has RSA", e);
        }
    }

    /** DER of the SubjectPublicKeyInfo, which is what KMS looks for in {@code public_key}. */
    Bytes publicKey() {
        return Bytes.of(pair.getPublic().getEncoded());
    }

    /**
     * What the answer holds, 0 to 6 KiB.
     *
     * <p>CBC has no integrity: a changed answer may open to something else. That no one changed it is known from the TLS
     * connection to KMS, which ends inside the enclave, and from the AEAD that the key opens.
     */
    SecretBytes open(RecipientAnswer answer) throws SecretsException {
        byte[] contentKey = contentKey(answer);
        try {
            Cipher aes = Cipher.getInstance("AES/CBC/PKCS5Padding");
            aes.init(
                    Cipher.DECRYPT_MODE,
                    new SecretKeySpec(contentKey, "AES"),
                    new IvParameterSpec(answer.iv().toByteArray()));
            return SecretBytes.adopt(aes.doFinal(answer.encryptedContent().toByteArray()));
        } catch (GeneralSecurityException e) {
            throw new SecretsException(DAMAGED_CONTENT, "content under its content key", "bad padding", e);
        } finally {
            Arrays.fill(contentKey, (byte) 0);
        }
    }

    private byte[] contentKey(RecipientAnswer answer) throws SecretsException {
        byte[] contentKey;
        try {
            Cipher rsa = Cipher.getInstance("RSA/ECB/OAEPPadding");
            rsa.init(Cipher.DECRYPT_MODE, pair.getPrivate(), OAEP_SHA256);
            contentKey = rsa.doFinal(answer.encryptedKey().toByteArray());
        } catch (GeneralSecurityException e) {
            throw new SecretsException(
                    WRONG_KEY,
                    "an answer to the key of this call",
                    "one that it does not open: made for another key, replayed, or damaged",
                    e);
        }
        if (contentKey.length != DataKey.SIZE) {
            int size = contentKey.length;
            Arrays.fill(contentKey, (byte) 0);
            throw new SecretsException(DAMAGED_CONTENT, "a content key of 32 bytes", size + " bytes");
        }
        return contentKey;
    }
}
