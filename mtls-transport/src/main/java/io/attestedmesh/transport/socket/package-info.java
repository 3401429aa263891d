/**
 * Blocking sockets over {@code SSLEngine}s: whatever an engine does before it says that its handshake has finished happens
 * on a socket too, so a JDBC driver, RMI or {@code HttpsURLConnection} has it without knowing. Knows engines as JSSE
 * defines them, and nothing of where they come from.
 *
 * <pre>{@code
 * SSLContext context = tls.sslContext();
 * try (Socket socket = context.getSocketFactory().createSocket("b.example", 8443)) {
 *     socket.setSoTimeout(5_000);
 *     socket.getOutputStream().write(request);
 *     AttestedPeer peer = AttestedPeer.of(((SSLSocket) socket).getSession()).orElseThrow();
 * }
 * ServerSocket server = context.getServerSocketFactory().createServerSocket(8443, 50, loopback);
 * }</pre>
 */
package io.attestedmesh.transport.socket;
