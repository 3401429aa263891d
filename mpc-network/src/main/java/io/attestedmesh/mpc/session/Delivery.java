package io.attestedmesh.mpc.session;

/** How sending a message ended, if it did not fail. */
public enum Delivery {
    /** The receiver's process has it, once. */
    ACCEPTED,
    /** The receiver has completed the session and did not need it. */
    COMPLETED
}
