/**
 * Rounds of federated learning with a server: who takes part, what a round does, and the files that it leaves.
 *
 * <pre>{@code
 * Participants participants = new Participants(1000);
 * Server grpcServer = new FlowerService(participants, () -> Optional.of(PeerContext.current()), 4, timer)
 *         .addTo(grpc.server(address))
 *         .build()
 *         .start();
 * try (RoundFiles files = RoundFiles.open(Path.of("rounds"), false)) {
 *     Model learned = new RoundServer(
 *                     RoundSettings.of(10), Rules.of("fedavg", Map.of()), participants, files, meters, clock, random)
 *             .run(Optional.empty()); // goes on after the last complete round of the folder
 * }
 * }</pre>
 */
package io.attestedmesh.federated.server;
