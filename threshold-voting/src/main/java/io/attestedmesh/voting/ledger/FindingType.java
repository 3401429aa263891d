package io.attestedmesh.voting.ledger;

/** What an audit can find. Names are stable: part of JSON output. */
public enum FindingType {
    /** Positions without a row. */
    MISSING,
    /** A second row of one position. */
    DUPLICATE,
    /** The columns are no entry at all. */
    UNREADABLE,
    /** The hash beside a row is not the one of its columns and of the row before. */
    HASH,
    /** The vote is not signed by its node. */
    VOTE,
    /** The certificate does not settle the transaction as the row says. */
    CERTIFICATE,
    /** The evidence does not show the violation that the row says. */
    EVIDENCE,
    /** A head is not signed by the recorder, or not of the row's hash. */
    HEAD,
    /** No head that holds covers these rows. */
    UNSIGNED,
    /** The chain ends before a position that the recorder is known to have written. */
    TRUNCATED
}
