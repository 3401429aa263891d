/**
 * The audit trail of a voting node: what it heard, what was decided, what others did wrong and what it thought of them, in
 * rows that are only ever added. All rows of one node and epoch are one hash chain over its tables; each batch ends in a head
 * that the node signs by its voting key. Who holds the database's credentials can destroy a chain, not alter it unseen.
 *
 * <pre>{@code
 * Ledger ledger = SqlLedger.embedded(folder.resolve("ledger")); // or SqlLedger.postgresql(url, user, password)
 * LedgerWriter writer = LedgerWriter.start(spool, ledger, signer, WriterPace.DEFAULT, registry);
 * writer.wake(); // whenever something was put into the spool
 * writer.status().state(); // WRITING, AWAY or DIVERGED
 *
 * AuditReport report = new LedgerAudit(keys).audit(ledger, "a.example", leastPosition);
 * report.findings().forEach(System.out::println);
 * }</pre>
 */
package io.attestedmesh.voting.ledger;
