/**
 * A software Nitro for machines without the hardware: the same documents, the same verification, another root of trust.
 *
 * <pre>{@code
 * SimulatedNitro cloud = SimulatedNitro.openOrCreate(folder, Clock.systemUTC(), new SecureRandom());
 * EnclaveImage image = EnclaveImage.of("voting-1.0", Bytes.of(code));
 * SimulatedNsm nsm = cloud.launch(EnclaveSpec.of(image).withRole("arn:aws:iam::123456789012:role/party-a"));
 * Bytes document = nsm.attest(new AttestationRequest(Optional.of(publicKey), Optional.empty(), Optional.empty()));
 *
 * NitroVerifier verifier = new NitroVerifier(
 *         List.of(cloud.trustedRoot()), CryptoProvider.fastest(), NitroVerifier.DEFAULT_CLOCK_SKEW);
 * VerifiedEvidence evidence = verifier.verify(document, Instant.now());  // evidence.root().simulated() is true
 * }</pre>
 *
 * <p>Whoever can read the state folder can forge any evidence of that cloud. Production code never needs this module.
 */
package io.attestedmesh.attest.simulator;
