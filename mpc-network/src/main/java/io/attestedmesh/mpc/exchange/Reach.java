package io.attestedmesh.mpc.exchange;

import io.attestedmesh.attest.tls.AttestedPeer;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import java.util.Optional;

/** A channel to one party, and what is known of who answers there. */
public interface Reach extends AutoCloseable {
    ManagedChannel channel();

    /**
     * What its certificate proved, once the call is ready or has its headers; empty without TLS. The channel tries no call
     * again, so that all of it goes to this server.
     */
    Optional<AttestedPeer> server(ClientCall<?, ?> call);

    @Override
    void close();
}
