/**
 * Signature, chain and time of evidence: only this package makes {@link
 * io.attestedmesh.attest.verify.VerifiedEvidence}.
 *
 * <pre>{@code
 * var verifier = new NitroVerifier(
 *         List.of(TrustedRoot.awsNitroG1()), CryptoProvider.fastest(), NitroVerifier.DEFAULT_CLOCK_SKEW);
 * try {
 *     VerifiedEvidence evidence = verifier.verify(Bytes.of(received), clock.instant());
 *     PcrBank measured = evidence.document().pcrs(); // which code: a question for a policy
 * } catch (MalformedEvidenceException e) {
 *     log(e.reason()); // no evidence at all: steps 1 to 3
 * } catch (RejectedEvidenceException e) {
 *     log(e.reason(), e.expected(), e.actual()); // steps 4 to 6
 * }
 * }</pre>
 */
package io.attestedmesh.attest.verify;
