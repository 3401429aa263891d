/**
 * {@code amesh pki}: a private CA, the certificates of nodes, revocation, and what to look at when a handshake fails.
 *
 * <pre>{@code
 * amesh pki ca ca --name "Example CA"
 * amesh pki issue server-a --ca ca --dns server-a.example.org --ip 10.0.1.10
 * amesh pki bundle server-a --ca ca --out server-a.tar.gz
 * amesh pki verify ca/nodes/server-a
 * }</pre>
 */
package io.attestedmesh.cli.pki;
