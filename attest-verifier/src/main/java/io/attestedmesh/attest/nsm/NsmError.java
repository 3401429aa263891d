package io.attestedmesh.attest.nsm;

/**
 * What an NSM answers instead of a result (aws-nitro-enclaves-nsm-api, {@code ErrorCode}), and what its driver adds to
 * that: the last two.
 */
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
    INTERNAL_ERROR,
    /** The device could not be opened, written to or read from. */
    DEVICE_UNAVAILABLE,
    /** The answer is none that the request can have. */
    UNEXPECTED_ANSWER
}
