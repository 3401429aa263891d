/**
 * {@code amesh node}: a node with attested TLS from its configuration, and the call that shows that two nodes accept each
 * other.
 *
 * <pre>{@code
 * try (NodeParts parts = NodeParts.of(config, clock)) {
 *     AttestedTls server = parts.server();
 *     AttestedTls client = parts.client();
 * }
 * }</pre>
 */
package io.attestedmesh.cli.node;
