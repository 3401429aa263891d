package io.attestedmesh.enclave.image;

import io.attestedmesh.attest.evidence.Reason;

/** Why the signature of an image does not fit it. */
public enum SignatureReason implements Reason {
    NOT_SIGNED,
    /** It is of another register than PCR0. */
    OTHER_REGISTER,
    /** It is of another image. */
    REGISTER_MISMATCH,
    /** The certificate's key is on another curve than the algorithm wants. */
    KEY_TYPE,
    BAD_SIGNATURE,
    CERTIFICATE_NOT_YET_VALID,
    CERTIFICATE_EXPIRED,
    /** By somebody, but not by whom the caller expects. */
    OTHER_SIGNER
}
