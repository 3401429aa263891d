/**
 * Where nodes leave the outcomes of transactions and find each other: {@link
 * io.attestedmesh.voting.coordination.EmbeddedCoordination} in a file of the node's own, {@link
 * io.attestedmesh.voting.coordination.EtcdCoordination} in etcd. Safety never rests on it. Whoever has the store's
 * credentials may write what they like, so a row counts only with a certificate that verifies, and a member only once it
 * has proved over its connection who it is.
 *
 * <p>Keys in etcd, behind {@link io.attestedmesh.voting.coordination.EtcdSettings#prefix}, and the same as map names in the
 * file:
 *
 * <pre>{@code
 * /amesh/voting/NETWORK/EPOCH/transactions/ID    Certificate.encoded()
 * /amesh/voting/NETWORK/EPOCH/members/NODE       {"node": ..., "host": ..., "port": ..., "epoch": ...}, with a lease
 * }</pre>
 *
 * <pre>{@code
 * try (Coordination store = EtcdCoordination.connect(committee, settings, registry);
 *         Membership mine = store.join(new MemberRecord("a.example", "10.0.0.1", 7000, 1), Duration.ofSeconds(10));
 *         OutcomePublisher publisher = OutcomePublisher.start(spool, store, verifier, PublisherSettings.DEFAULT, registry);
 *         OutcomeWatcher watcher = OutcomeWatcher.start(store, verifier, replica::isOpen, replica::settle, registry)) {
 *     publisher.wake(); // something was put in the spool
 * }
 * }</pre>
 *
 * <p>Metrics, behind {@code amesh.voting.coordination.}: of the publisher {@code written}, {@code present}, {@code
 * replaced}, {@code conflict}, {@code unreadable}, {@code failures}, and the gauges {@code waiting} and {@code away}; of the
 * watcher {@code learned} and {@code rejected}; of the stores {@code members.skipped}.
 *
 * <p>Of jetcd these are the messages and method descriptors; its {@code Client} is not used. That one sets no deadlines, so
 * that a call waits for ever while etcd is away; it leaves gRPC's connection back-off of up to two minutes as it is, warns
 * of every attempt, and a watch of its that breaks twice may resume behind events which were never given.
 */
package io.attestedmesh.voting.coordination;
