/**
 * {@code amesh evidence}: looks at attestation documents and verifies them.
 *
 * <p>Bytes come in through {@link io.attestedmesh.cli.evidence.EvidenceFile}, whatever their encoding; {@code inspect}
 * shows them without trusting them, {@code verify} puts them through the same verifier and policy as a connection.
 */
package io.attestedmesh.cli.evidence;
