package io.attestedmesh.federated.gossip;

/** What a node is doing. */
public enum Stage {
    /** Nobody has started learning, or it has ended. */
    IDLE,
    /** Learning has started elsewhere, and its first model has not come yet. */
    WAITING_FOR_MODEL,
    /** The first model is passed on. */
    SPREADING_FIRST_MODEL,
    /** The train set of the round is being voted on. */
    VOTING,
    TRAINING,
    /** Updates of the train set are exchanged. */
    EXCHANGING,
    /** What was exchanged is being made into one model. */
    AGGREGATING,
    /** Not in the train set: the aggregate comes from somebody else. */
    WAITING_FOR_AGGREGATE,
    /** The aggregate is passed on to those who lack it. */
    SPREADING_AGGREGATE,
    EVALUATING
}
