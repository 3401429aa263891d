/**
 * The attested connections of this process, whatever protocol they carry: limits before TLS begins, a watch at the end of
 * each handshake, and an end for those whose peer is accepted no longer.
 *
 * <pre>{@code
 * AttestedConnections connections =
 *         new AttestedConnections(tls, limits, AccessRule.EVERY_VERIFIED_PEER, pipeline -> true, clock, loops);
 * // of a server
 * listening.pipeline().addFirst(connections.gate(child -> connections.watchClient(child, outcome)));
 * // of a client
 * CompletableFuture<AttestedPeer> server = new CompletableFuture<>();
 * connections.watchServer(connecting, "a.example", server, Optional.of(retire));
 * // when roster, policy, releases or revocation lists have changed
 * connections.recheck();
 * }</pre>
 */
package io.attestedmesh.transport.connection;
