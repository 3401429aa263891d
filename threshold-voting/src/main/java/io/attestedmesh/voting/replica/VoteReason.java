package io.attestedmesh.voting.replica;

/** Why this node does not vote. */
public enum VoteReason {
    /** It voted in this transaction before, or signed a timeout. */
    ALREADY_SAID,
    /** The transaction is decided or failed already. */
    SETTLED,
    /** Too few peers have said, since this node started, what they hold of it. */
    NOT_READY,
    /** Peers hold statements of this node's that it does not: its disk is older than it was. */
    ROLLED_BACK,
    /** What has to be written to the ledger fills the room for it. */
    SPOOL_FULL,
    /** As many transactions are pending as there may be. */
    TOO_MANY_PENDING,
    /** As many votes wait to be signed as may. */
    BUSY,
    /** This node is stopping. */
    STOPPING
}
