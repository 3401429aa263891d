/** Signature, chain and time of evidence: only this package makes {@link io.attestedmesh.attest.verify.VerifiedEvidence}. */
package io.attestedmesh.attest.verify;
