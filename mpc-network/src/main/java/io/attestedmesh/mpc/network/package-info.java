/**
 * The network as a party uses it: everything put together over a transport.
 *
 * <pre>{@code
 * MpcNetwork network = MpcNetwork.builder(self, contexts, new AttestedTransport(grpc)).meters(meters).build();
 * Server server = network.addTo(grpc.server(address)).build().start();
 * NetworkSession session = network.open(id, "kms", SessionOptions.DEFAULT);
 * ...
 * network.close(); // ends sessions, says what is left to say
 * server.shutdown();
 * }</pre>
 */
package io.attestedmesh.mpc.network;
