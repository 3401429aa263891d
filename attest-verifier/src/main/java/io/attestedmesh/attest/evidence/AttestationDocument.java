package io.attestedmesh.attest.evidence;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A Nitro attestation document, parsed and not trusted.
 *
 * @param envelope the signed envelope that it came in
 * @param moduleId id of the enclave, never empty
 * @param digest always {@code SHA384}
 * @param timestamp when the NSM made it, to the millisecond
 * @param pcrs 1 to 32 registers
 * @param certificate DER of the leaf whose key signed the envelope, 1 to 1024 bytes
 * @param cabundle DER of the issuing certificates, root first, 1 to 8 of 1 to 1024 bytes
 * @param publicKey 1 to 1024 bytes
 * @param userData 0 to 1024 bytes
 * @param nonce 0 to 1024 bytes
 */
public record AttestationDocument(
        CoseSign1 envelope,
        String moduleId,
        String digest,
        Instant timestamp,
        PcrBank pcrs,
        Bytes certificate,
        List<Bytes> cabundle,
        Optional<Bytes> publicKey,
        Optional<Bytes> userData,
        Optional<Bytes> nonce) {
    /** The largest certificate, of the leaf or of the bundle, in bytes of DER. */
    public static final int MAX_CERTIFICATE_SIZE = 1024;

    /** The most certificates in {@code cabundle}; chains of 4 are usual. */
    public static final int MAX_CABUNDLE_ENTRIES = 8;

    /** The most bytes in {@code publicKey}, {@code userData} and {@code nonce} each. */
    public static final int MAX_REQUEST_FIELD_SIZE = 1024;

    public AttestationDocument {
        cabundle = List.copyOf(cabundle);
    }

    /** Reads an encoded COSE_Sign1 and the document in its payload. */
    public static AttestationDocument parse(Bytes encoded) throws MalformedEvidenceException {
        return DocumentReader.read(CoseSign1.parse(encoded));
    }
}
