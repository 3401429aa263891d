/**
 * Bytes to types: strict CBOR, COSE_Sign1 and the attestation document. Nothing here is trusted yet.
 *
 * <pre>{@code
 * try {
 *     AttestationDocument document = AttestationDocument.parse(Bytes.of(received));
 *     document.pcrs().get(0); // what the sender claims, until attest.verify has checked it
 * } catch (MalformedEvidenceException e) {
 *     log(e.reason(), e.expected(), e.actual());
 * }
 * }</pre>
 */
package io.attestedmesh.attest.evidence;
