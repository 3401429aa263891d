/**
 * Who this node is: its key and certificate, where they come from, and how they are renewed in time.
 *
 * <pre>{@code
 * CredentialSource source = FileCredentials.builder()
 *         .certificates(Path.of("server.crt"))
 *         .key(Path.of("server.key"))
 *         .scheduler(scheduler)
 *         .build();
 * source.current().notAfter();
 * }</pre>
 */
package io.attestedmesh.transport.identity;
