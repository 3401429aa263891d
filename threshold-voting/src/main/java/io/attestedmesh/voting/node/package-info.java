/**
 * A replica on the network: connections to and from the other nodes, verification of what comes, one thread that owns the
 * replica and makes what it does durable before it is sent.
 *
 * <pre>{@code
 * VotingNode node = VotingNode.builder(signer, journal, new AttestedTransport(grpc))
 *         .contact(party)
 *         .build();
 * Server server = node.addTo(grpc.server(address)).build().start();
 * node.start();
 * node.vote(new TransactionId("tx_001"), new Value("42")).get(); // durable, and on its way
 * node.status(new TransactionId("tx_001")).get();
 * }</pre>
 */
package io.attestedmesh.voting.node;
