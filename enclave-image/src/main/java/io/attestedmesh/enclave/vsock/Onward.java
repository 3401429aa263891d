package io.attestedmesh.enclave.vsock;

/** How a bridge finds the other socket for a connection that came in. */
interface Onward {
    /** Ends in {@link Session#join} or {@link Session#refuse}, at once or later, in bounded time. */
    void take(Session session);

    /** No more will come. */
    default void stop() {}
}
