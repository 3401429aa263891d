package io.attestedmesh.federated.gossip;

import io.attestedmesh.attest.evidence.Reason;

/** Why something that a peer sent was refused. */
public enum GossipReason implements Reason {
    /** The caller has proved no code, and this node demands that. */
    UNATTESTED,
    /** The message says that it is of somebody whom the roster gives another identity than the caller's. */
    WRONG_SOURCE,
    /** No address of the roster. */
    UNKNOWN_SOURCE,
    /** It says that it is ours, and we never sent it. */
    FORGED_OWN,
    /** Not a message of the protocol. */
    MALFORMED,
    /** More or longer arguments than allowed, or a larger model. */
    TOO_LARGE,
    /** More messages or calls than a caller may send. */
    TOO_MANY,
    /** As many neighbours as there may be. */
    NO_ROOM,
    UNKNOWN_COMMAND,
    /** Another vote, after several that differed. */
    VOTE_FLOOD,
    /** A vote for a stranger, twice for one, or of a weight that no node gives. */
    BAD_VOTE,
    /** A model for which there is no use now. */
    NOT_EXPECTED,
    /** A model, or part of one, of a node outside the train set. */
    NOT_IN_TRAIN_SET,
    /** It contains an update that we have. */
    OVERLAPPING,
    /** The model itself; {@link io.attestedmesh.federated.model.ModelReason} says more. */
    BAD_MODEL;

    /** True for what honest nodes do too, when messages overtake each other. */
    boolean isRoutine() {
        return this == NOT_EXPECTED || this == OVERLAPPING;
    }
}
