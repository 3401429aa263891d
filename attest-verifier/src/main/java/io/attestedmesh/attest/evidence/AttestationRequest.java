package io.attestedmesh.attest.evidence;

import java.util.Optional;

/**
 * What the caller asks an {@link Attester} to put into a document; an absent field is null there.
 *
 * @param publicKey 1 to 1024 bytes
 * @param userData 0 to 512 bytes (the NSM accepts 1024, AWS documents 512)
 * @param nonce 0 to 512 bytes
 */
public record AttestationRequest(Optional<Bytes> publicKey, Optional<Bytes> userData, Optional<Bytes> nonce) {}
