package io.attestedmesh.voting.coordination;

import io.attestedmesh.voting.statement.TransactionId;

/**
 * Is told of changes, one call at a time. While it works, the store's changes wait there and not here. A change may be told
 * twice.
 */
public interface Watcher {
    /** Whether the row matters; asked before it is read, where that saves something. */
    default boolean wants(TransactionId transaction) {
        return true;
    }

    /** A row is new or another; nobody verified it. */
    void outcome(TransactionId transaction, StoredOutcome stored);

    /** A member came, or changed where it is. */
    void member(MemberRecord member);

    /** Its lease ended. */
    void left(String node);
}
