package io.attestedmesh.attest.simulator;

/** What an NSM answers instead of a result (aws-nitro-enclaves-nsm-api, {@code ErrorCode}). */
public enum NsmError {
    INVALID_ARGUMENT,
    /** No such register. */
    INVALID_INDEX,
    INVALID_RESPONSE,
    /** The register is locked. */
    READ_ONLY_INDEX,
    INVALID_OPERATION,
    BUFFER_TOO_SMALL,
    INPUT_TOO_LARGE,
    INTERNAL_ERROR
}
