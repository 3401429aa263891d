/**
 * The protocol of Flower 1.x, from both ends: stock clients join our rounds, and our client joins those of any such server.
 *
 * <pre>{@code
 * AttestedChannel channel = grpc.channel("10.0.0.7", 7443, "fl.example");
 * channel.peer(Duration.ofSeconds(10)); // who the server is, before anything is sent
 * FlowerClient.Ended ended = new FlowerClient(channel.channel(), learner, did -> {}).join();
 * }</pre>
 */
package io.attestedmesh.federated.flower;
