/**
 * What a node keeps on its own disk: its statements, ballots and evidence, and what waits to be written to the ledger and to
 * the coordination store.
 *
 * <pre>{@code
 * try (FileJournal journal = FileJournal.open(directory.resolve("journal.mv"), committee)) {
 *     Replica replica = new Replica(signer, journal, settings, listener, clock.instant());
 *     ...
 *     journal.spool("ledger").append(entry);
 *     journal.commit(); // all of it is on the disk
 * }
 * }</pre>
 */
package io.attestedmesh.voting.journal;
