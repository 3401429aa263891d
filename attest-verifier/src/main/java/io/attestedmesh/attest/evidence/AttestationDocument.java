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
 * @param cabundle DER of the issuing certificates, root first, never empty
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
    /** Reads an encoded COSE_Sign1 and the document in its payload. */
    public static AttestationDocument parse(Bytes encoded) throws MalformedEvidenceException {
        throw new UnsupportedOperationException();
    }
}
