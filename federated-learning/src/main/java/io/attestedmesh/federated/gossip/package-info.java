/**
 * Learning without a server: nodes pass each other models, in the protocol of P2PFL 0.4.4 (docs/gossip.md).
 *
 * <pre>{@code
 * List<Member> members = List.of(new Member("10.0.0.1:5001", new PeerIdentity("a.example")), ...);
 * GossipNode node = GossipNode.builder("10.0.0.1:5001", members, new AttestedTransport(grpc), learner)
 *         .folder(Path.of("state"))
 *         .build();
 * Server server = node.addTo(grpc.server(address)).build().start();
 * node.start();
 * node.connect("10.0.0.2:5001").get(10, TimeUnit.SECONDS);
 * node.startLearning(10, 1, 4, "digits");
 * ...
 * node.close();
 * server.shutdown();
 * }</pre>
 */
package io.attestedmesh.federated.gossip;
