package io.attestedmesh.voting.coordination;

/** How a publisher is doing. Names are stable: they are part of JSON output. */
public enum PublisherState {
    /** What is in the spool is written, or will be at once. */
    PUBLISHING,
    /** The store does not answer; outcomes wait in the spool. */
    AWAY,
    /** Two certificates that verify say otherwise of one transaction: more nodes lie than the committee bears. It stays so. */
    CONFLICT
}
