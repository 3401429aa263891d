package io.attestedmesh.voting.coordination;

/** A node's record in the store, kept alive until this is closed. */
public interface Membership extends AutoCloseable {
    /** Whether the store had the record when it was last asked. */
    boolean held();

    /** Takes the record away, if the store is there. */
    @Override
    void close();
}
