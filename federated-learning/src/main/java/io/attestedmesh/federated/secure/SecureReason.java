package io.attestedmesh.federated.secure;

import io.attestedmesh.attest.evidence.Reason;

/** Why a step of secure aggregation, or what a party sent for it, was refused. */
public enum SecureReason implements Reason {
    /** Not of the wire format: another length, another kind of message, or bits that must be zero. */
    MALFORMED,
    /** A message of another session, run, set of parties, model or threshold. */
    OTHER_RUN,
    /** From, or about, a party that has no part in this. */
    NOT_A_CLIENT,
    /** A second message or input of one party. */
    DUPLICATE,
    /** An update that was masked in another run, or a run that does not come after the last one. */
    REUSED,
    /** A step that is not due, or was taken before. */
    OUT_OF_ORDER,
    /** A key that no secret can be agreed on with. */
    BAD_KEY,
    /** A share that is not the one that was committed to. */
    WRONG_SHARE,
    /** All shares are those that were committed to, and the secret of them is not. */
    INCONSISTENT_SHARES,
    /** An input of more or fewer bytes than the model needs. */
    WRONG_SIZE,
    /** An input of a client that was declared dropped. It stays masked. */
    LATE,
    /** This client was declared dropped. */
    DROPPED,
    /** Fewer clients are left than the threshold. */
    TOO_FEW,
    /** Too few others were told the same about who is left: somebody may be asking for both secrets of one client. */
    SETS_DIFFER,
    /** Terms that this client takes no part by. */
    TERMS,
    /** The update has other tensors than were agreed on, or of types that are not floats. */
    OTHER_MODEL,
    /** A number of the update is infinite, or not a number. */
    NOT_FINITE,
    /** No examples, or more than were agreed on. */
    EXAMPLES,
    /** The aggregator did not do its part, and why stands in the cause. */
    NO_AGGREGATOR
}
