/** Bytes to types: strict CBOR, COSE_Sign1 and the attestation document. Nothing here is trusted yet. */
package io.attestedmesh.attest.evidence;
