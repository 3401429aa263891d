/**
 * A voting node with all that is around it: its journal, the ledger that it writes, the coordination store that it tells.
 *
 * <pre>{@code
 * try (Ledger ledger = SqlLedger.embedded(folder.resolve("ledger"));
 *         Coordination coordination = EmbeddedCoordination.open(folder.resolve("coordination.mv"), committee, meters, clock);
 *         VotingService service = new VotingService(node, signer, ledger, coordination, advertised, meters)) {
 *     Server server = node.addTo(grpc.server(address)).build().start();
 *     service.start();
 *     node.vote(transaction, value).get();
 * }
 * }</pre>
 */
package io.attestedmesh.voting.service;
