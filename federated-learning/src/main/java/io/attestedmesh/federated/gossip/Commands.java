package io.attestedmesh.federated.gossip;

import java.util.Set;

/** What messages are called on the wire. */
final class Commands {
    static final String BEAT = "beat";
    static final String START = "start_learning";
    static final String STOP = "stop_learning";
    static final String INITIALIZED = "model_initialized";
    static final String VOTE = "vote_train_set";
    static final String AGGREGATED = "models_aggregated";
    static final String READY = "models_ready";
    static final String METRICS = "metrics";
    static final String ANNOUNCE = "PRE_SEND_MODEL";
    static final String INIT_MODEL = "init_model";
    static final String PARTIAL_MODEL = "partial_model";
    static final String FULL_MODEL = "add_model";
    /** Of this implementation alone: which train set the sender came to. Sent to nodes of this implementation only. */
    static final String TRAIN_SET = "amesh_train_set";

    /** Of this implementation alone: whom the sender hears from themselves, so that nobody passes that on to it. */
    static final String HEARS = "amesh_hears";

    /** Those that say which round their sender is in. */
    static final Set<String> OF_A_ROUND = Set.of(VOTE, TRAIN_SET, AGGREGATED, READY);

    private Commands() {}
}
