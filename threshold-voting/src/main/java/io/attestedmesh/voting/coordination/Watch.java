package io.attestedmesh.voting.coordination;

/** A {@link Watcher} at work. */
public interface Watch extends AutoCloseable {
    /** Ends it; a call of the watcher that has begun may still run. */
    @Override
    void close();
}
