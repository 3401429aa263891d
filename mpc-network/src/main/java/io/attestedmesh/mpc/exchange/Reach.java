package io.attestedmesh.mpc.exchange;

import io.attestedmesh.attest.tls.AttestedPeer;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import java.util.Optional;

/** A channel to one party, and what is known of who answers there. */
public interface Reach extends AutoCloseable {
    ManagedChannel channel();

    /** Has the next call connect at once, if the last attempt failed: when to try again is up to the link, not to gRPC. */
    default void reconnect() {
        if (channel().getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
            channel().enterIdle();
        }
    }

    /**
     * What its certificate proved, once the call is ready or has its headers; empty without TLS. The channel tries no call
     * again, so that all of it goes to this server.
     */
    Optional<AttestedPeer> server(ClientCall<?, ?> call);

    @Override
    void close();
}
