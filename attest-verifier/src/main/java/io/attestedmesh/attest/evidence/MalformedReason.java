package io.attestedmesh.attest.evidence;

/**
 * The rule of the format that some bytes broke. Names are stable: they are metric labels and part of JSON output.
 *
 * <p>{@code docs/evidence.md} gives the reasoning behind each rule that RFC 8949 and RFC 9052 leave open.
 */
public enum MalformedReason implements Reason {
    /** The whole input is longer than the largest document can be. */
    EVIDENCE_TOO_LARGE,

    /** The item ends before its declared length, its declared count or its break. */
    CBOR_TRUNCATED,
    /** Bytes follow the item. */
    CBOR_TRAILING_BYTES,
    /** Additional information 28, 29 or 30 (RFC 8949, section 3). */
    CBOR_RESERVED_INFO,
    /** A break outside an item of indefinite length. */
    CBOR_UNEXPECTED_BREAK,
    /** An integer or a tag of indefinite length. */
    CBOR_INDEFINITE_SCALAR,
    /** A chunk of an indefinite string that is not a definite string of the same type. */
    CBOR_BAD_CHUNK,
    /** A simple value below 32 in two bytes (RFC 8949, section 3.3). */
    CBOR_BAD_SIMPLE,
    /** A map that ends between a key and its value. */
    CBOR_KEY_WITHOUT_VALUE,
    /** More levels of nesting than are read. */
    CBOR_TOO_DEEP,

    /** A string in chunks; well-formed, refused in evidence. */
    CBOR_INDEFINITE_STRING,
    /** An integer, length, count or tag in more bytes than it needs; well-formed, refused in evidence. */
    CBOR_NOT_MINIMAL,
    /** A key that is neither an integer nor a text string. */
    CBOR_KEY_TYPE,
    /** A map with two keys of the same encoding. */
    CBOR_DUPLICATE_KEY,
    /** A map of more entries than any in evidence has. */
    CBOR_TOO_MANY_ENTRIES,
    /** A text string that is not UTF-8. */
    CBOR_INVALID_UTF8,
    /** A floating-point number: no field of evidence is one. */
    CBOR_FLOAT,
    /** Undefined or an unassigned simple value. */
    CBOR_SIMPLE_VALUE,
    /** A tag other than one 18 around the whole. */
    CBOR_TAG,
    /** The scanner accepted what the CBOR library refuses: a fault of this package. */
    CBOR_READERS_DISAGREE,

    /** Not an array of four (RFC 9052, section 4.2). */
    COSE_NOT_SIGN1,
    /** The protected header is not exactly {@code a1013822}, which is {@code {1: -35}} (ES384). */
    COSE_PROTECTED_HEADER,
    /** The unprotected header is not an empty map. */
    COSE_UNPROTECTED_HEADER,
    /** The payload is detached or no byte string. */
    COSE_PAYLOAD_TYPE,
    /** The payload is empty or longer than 16384 bytes. */
    COSE_PAYLOAD_SIZE,
    /** The signature is no byte string of 96 bytes. */
    COSE_SIGNATURE_SIZE,

    /** The payload is not a map. */
    DOCUMENT_NOT_A_MAP,
    /** A key of the document is not a text string. */
    DOCUMENT_KEY_TYPE,
    /** A NitroTPM document: it speaks of an EC2 instance, not of an enclave. */
    NITROTPM_DOCUMENT,
    /** A mandatory field is absent. */
    FIELD_MISSING,
    /** A field has another CBOR type than the specification gives it. */
    FIELD_TYPE,
    MODULE_ID_EMPTY,
    DIGEST_NOT_SHA384,
    TIMESTAMP_NOT_POSITIVE,
    /** No register at all. */
    PCRS_EMPTY,
    /** A register's index is not an integer of 0 to 31. */
    PCR_INDEX,
    /** A register does not have 32, 48 or 64 bytes. */
    PCR_SIZE,
    /** The leaf certificate does not have 1 to 1024 bytes. */
    CERTIFICATE_SIZE,
    CABUNDLE_EMPTY,
    /** More issuing certificates than any chain of this PKI has. */
    CABUNDLE_TOO_LONG,
    /** An issuing certificate does not have 1 to 1024 bytes. */
    CABUNDLE_ENTRY_SIZE,
    /** The public key does not have 1 to 1024 bytes. */
    PUBLIC_KEY_SIZE,
    /** The user data has more than 1024 bytes. */
    USER_DATA_SIZE,
    /** The nonce has more than 1024 bytes. */
    NONCE_SIZE
}
