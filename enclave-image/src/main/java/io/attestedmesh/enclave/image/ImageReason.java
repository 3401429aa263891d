package io.attestedmesh.enclave.image;

import io.attestedmesh.attest.evidence.Reason;

/** Why a file is no enclave image: a rule of the format that it breaks. */
public enum ImageReason implements Reason {
    /** It ends before what it announces. */
    TRUNCATED,
    BAD_MAGIC,
    UNSUPPORTED_VERSION,
    /** A flag of the header that is not the architecture's. */
    UNKNOWN_FLAGS,
    /** A reserved or unused field of the header has a value. */
    RESERVED_NOT_ZERO,
    TOO_MANY_SECTIONS,
    /** Offset or size is larger than any file. */
    SECTION_OVERFLOW,
    /** It ends beyond the file. */
    SECTION_OUT_OF_RANGE,
    SECTION_OVERLAP,
    /** Bytes between two sections that belong to none. */
    SECTION_GAP,
    UNKNOWN_SECTION,
    SECTION_FLAGS,
    /** A section's own header and the table of the image's header disagree. */
    SECTION_SIZE_MISMATCH,
    /** Kernel, command line, metadata, ramdisks, signature: in this order. */
    SECTION_ORDER,
    DUPLICATE_SECTION,
    MISSING_KERNEL,
    MISSING_COMMAND_LINE,
    /** A kernel without a byte. */
    EMPTY_KERNEL,
    COMMAND_LINE_TOO_LONG,
    /** It is not text, or has a NUL. */
    COMMAND_LINE_NOT_TEXT,
    METADATA_TOO_LARGE,
    METADATA_NOT_JSON,
    SIGNATURE_TOO_LARGE,
    /** It is not what this section must be, byte for byte, when encoded anew. */
    SIGNATURE_NOT_CANONICAL,
    SIGNATURE_MALFORMED,
    /** Not exactly one signature of PCR0. */
    SIGNATURE_COUNT,
    SIGNATURE_CERTIFICATE_MALFORMED,
    SIGNATURE_ALGORITHM,
    TRAILING_BYTES,
    CRC_MISMATCH
}
