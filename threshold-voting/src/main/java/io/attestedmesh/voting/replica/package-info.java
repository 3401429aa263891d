/**
 * One node's part in the votes, as a deterministic state machine: what it hears, what it is asked and what time it is go in;
 * what has to be stored and what has to be sent comes out. No thread, no clock, no network.
 *
 * <pre>{@code
 * Replica replica = new Replica(signer, journal, ReplicaSettings.DEFAULT, listener);
 * replica.connected("b.example", now);
 * replica.vote(new TransactionId("tx_001"), new Value("42"), now);
 * replica.receive("b.example", message, now);
 * replica.tick(now);
 * List<Outgoing> out = replica.outgoing(now);
 * journal.commit(); // before the first of them is sent
 * out.forEach(link::send);
 * }</pre>
 */
package io.attestedmesh.voting.replica;
