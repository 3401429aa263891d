/**
 * A tunnel for programs that know nothing of attestation: TCP or Unix sockets in and out, mutual attested TLS between its
 * two ends (docs/tunnel.md). A stream is a connection; not a byte of it leaves an end before that has verified the other.
 *
 * <pre>{@code
 * TunnelServer server = TunnelServer.start(
 *         tlsOfServer,
 *         new TunnelServer.Settings(
 *                 new Endpoint.Tcp("0.0.0.0", 8443),
 *                 Targets.of(new Endpoint.Tcp("127.0.0.1", 5432)),
 *                 new PeerRule(Set.of("b.example"), Set.of(), Set.of()),
 *                 false,
 *                 TunnelLimits.DEFAULT),
 *         clock,
 *         meters);
 * revocation.onChange(server::recheck);
 * }</pre>
 */
package io.attestedmesh.transport.tunnel;
