package io.attestedmesh.voting.coordination;

/** Where a watch begins. */
public enum WatchFrom {
    /** With what changes after the call. */
    NOW,
    /** With all that stands there. */
    BEGINNING
}
