package io.attestedmesh.enclave.secrets;

import io.attestedmesh.attest.evidence.Reason;

/** Why a secret was not obtained, sealed, opened or kept. */
public enum SecretsReason implements Reason {
    /** The NSM, or what stands for it, made no attestation document. */
    ATTESTER_FAILED,
    /** The key policy does not allow it: other code, another role, no attestation. */
    ACCESS_DENIED,
    /** The service was asked and refused for a reason of its own, which {@code actual} names by AWS's code. */
    REFUSED,
    /** No answer within the time and the attempts allowed, or the service said to try later. */
    UNAVAILABLE,
    /** TLS ended before the first byte: the certificate of the server is not trusted here. */
    UNTRUSTED_SERVER,
    /** The answer is of another KMS key than the one asked for. */
    WRONG_KMS_KEY,
    /** The answer carries the plaintext as such: the recipient was not honoured. */
    PLAINTEXT_RETURNED,
    /** The answer has no CMS message for the recipient. */
    NO_RECIPIENT_ANSWER,
    /** No CMS EnvelopedData, or one with parts that KMS does not send. */
    MALFORMED_CMS,
    /** Not exactly one recipient that is told by key transport. */
    RECIPIENTS,
    /** The content key is encrypted by something else than RSAES-OAEP with SHA-256. */
    KEY_ENCRYPTION_ALGORITHM,
    /** The content is encrypted by something else than AES-256-CBC. */
    CONTENT_ALGORITHM,
    /** The content key does not open with the key of this call: made for another key, replayed, or damaged. */
    WRONG_KEY,
    /** The content does not decrypt under its content key. */
    DAMAGED_CONTENT,
    /** A data key that is not of the size asked for. */
    KEY_SIZE,
    /** More bytes than are allowed. */
    TOO_LARGE,
    /** No sealed envelope of a version that is known here. */
    MALFORMED_ENVELOPE,
    /** The envelope is sealed under another KMS key than the one expected. */
    WRONG_ENVELOPE_KEY,
    /** The envelope holds something of another name. */
    WRONG_NAME,
    /** The envelope holds another version. */
    WRONG_VERSION,
    /** Header or content of the envelope were changed, or it was sealed under another data key. */
    DAMAGED_ENVELOPE,
    /** The store has an older version than one that is known to exist, or none. */
    STATE_ROLLED_BACK,
    /** The store has other content for a version that was seen before. */
    STATE_FORK,
    /** Somebody else wrote in between; nothing was written. */
    STATE_CONFLICT
}
