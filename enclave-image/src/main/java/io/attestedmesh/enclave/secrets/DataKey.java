package io.attestedmesh.enclave.secrets;

import io.attestedmesh.attest.evidence.Bytes;

/**
 * A data key of KMS, both ways.
 *
 * @param plaintext 32 bytes, an AES-256 key; the caller destroys it
 * @param encrypted the same under the KMS key, 1 to 6144 bytes, for {@code Decrypt} and for no one to read
 */
public record DataKey(SecretBytes plaintext, Bytes encrypted) {
    /** Size of an AES-256 key in bytes. */
    public static final int SIZE = 32;
}
