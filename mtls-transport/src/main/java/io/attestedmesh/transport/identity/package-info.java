/**
 * Who this node is: its key and certificate, where they come from, and how they are renewed in time.
 *
 * <pre>{@code
 * CredentialSource source = FileCredentials.watch(Path.of("server.crt"), Path.of("server.key"), upkeep);
 * source.current().notAfter();
 * }</pre>
 */
package io.attestedmesh.transport.identity;
