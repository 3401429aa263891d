/**
 * gRPC servers and channels whose peers are attested, with limits on what a stranger can cost.
 *
 * <pre>{@code
 * try (AttestedGrpc grpc = new AttestedGrpc(tls, TransportLimits.DEFAULT)) {
 *     Server server = grpc.server(new InetSocketAddress(8443)).addService(service).build().start();
 *     AttestedChannel channel = grpc.channel("10.0.0.7", 8443, "party-b.example");
 *     AttestedPeer peer = channel.peer(Duration.ofSeconds(10));
 * }
 * // in a service:
 * PeerIdentity caller = PeerContext.current().identity();
 * }</pre>
 */
package io.attestedmesh.transport.grpc;
