package io.attestedmesh.voting.statement;

import io.attestedmesh.attest.evidence.Reason;

/** Why something signed is not believed. */
public enum StatementReason implements Reason {
    /** It is of another voting network. */
    NETWORK,
    /** It is of another epoch of the committee. */
    EPOCH,
    /** The committee has no such node. */
    NOT_A_MEMBER,
    /** That node has not announced its voting key yet. */
    NO_KEY,
    /** The voting key is no point of the large subgroup, or not in its one encoding. */
    BAD_KEY,
    /** The node announced another key before, and the epoch is the same. */
    ANOTHER_KEY,
    /** The signature does not verify under the node's voting key. */
    SIGNATURE,
    /** A certificate has a statement of another transaction, or two of one node. */
    NOT_OF_ONE_TRANSACTION,
    /** A certificate's statements do not settle the transaction, or not to what it says. */
    THRESHOLD,
    /** What is shown as a proof proves nothing. */
    NO_PROOF
}
