package io.attestedmesh.voting.ledger;

/**
 * Where a writer stands.
 *
 * @param message one line for status pages, without secrets
 * @param written the last position that this node knows to have been in the ledger, whatever is there now
 * @param waiting how many entries are on this node's disk only
 */
public record LedgerStatus(LedgerState state, String message, long written, long waiting) {}
