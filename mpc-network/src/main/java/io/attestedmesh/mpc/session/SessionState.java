package io.attestedmesh.mpc.session;

/** What has become of a session. */
public enum SessionState {
    OPEN,
    /** Ended by {@link NetworkSession#complete}. */
    COMPLETED,
    /** Ended in any other way. */
    ABORTED
}
